/** REST APIs. What a stage serves is the API as it was when its deployment was made: later changes need a new one (4.15). */
import type { RestApi } from '../../world.ts'
import { DeployError } from '../error.ts'
import { optionalText, record, text, textMap, texts } from '../properties.ts'
import { type ApiDraft, type Order, policyOf, type Rows, type Site } from '../site.ts'

export const apiGateway: Rows = {
  'AWS::ApiGateway::RestApi': {
    models: ['Name', 'Policy', 'EndpointConfiguration', 'BinaryMediaTypes'],
    ignores: ['Description', 'Tags', 'FailOnWarnings', 'MinimumCompressionSize'],
    create(order, site) {
      const { ids, world, logicalId } = { ...site, logicalId: order.logicalId }
      const id = ids.alphanumeric('api', logicalId, 10)
      const rootId = ids.alphanumeric('resource', logicalId, 10)
      const configuration = record(order, 'EndpointConfiguration')
      const [type = 'EDGE'] = configuration ? texts(configuration, 'Types') : []
      if (type !== 'PRIVATE') throw new DeployError(order.path, `${type} APIs are not modelled, only PRIVATE ones`)
      const endpointIds = configuration ? texts(configuration, 'VpcEndpointIds') : []
      for (const endpointId of endpointIds)
        if (!world.endpoints.has(endpointId))
          throw new DeployError(
            `${order.path}.EndpointConfiguration.VpcEndpointIds`,
            `there is no endpoint ${endpointId}`,
          )
      const document = expanded(
        order.values.Policy,
        `arn:${world.partition}:execute-api:${world.region}:${world.accountId}:${id}`,
      )
      site.apis.set(id, {
        id,
        logicalId,
        rootId,
        ...(document === undefined ? {} : { policy: policyOf('resource', document, `${logicalId}/Policy`) }),
        endpointIds,
        binaryMediaTypes: texts(order, 'BinaryMediaTypes'),
        paths: new Map([[rootId, '/']]),
        routes: new Map(),
        gatewayResponses: new Map(),
      })
      return { ref: id, attributes: { RestApiId: id, RootResourceId: rootId } }
    },
  },

  'AWS::ApiGateway::Resource': {
    models: ['RestApiId', 'ParentId', 'PathPart'],
    ignores: [],
    create(order, site) {
      const api = apiOf(order, site)
      const parent = api.paths.get(text(order, 'ParentId'))
      if (parent === undefined) throw new DeployError(`${order.path}.ParentId`, 'there is no such resource')
      const id = site.ids.alphanumeric('resource', order.logicalId, 6)
      const part = text(order, 'PathPart')
      if (part.includes('{')) throw new DeployError(`${order.path}.PathPart`, 'path parameters are not modelled')
      api.paths.set(id, `${parent === '/' ? '' : parent}/${part}`)
      return { ref: id, attributes: { ResourceId: id } }
    },
  },

  'AWS::ApiGateway::Method': {
    models: ['RestApiId', 'ResourceId', 'HttpMethod', 'AuthorizationType', 'ApiKeyRequired', 'Integration'],
    ignores: ['OperationName', 'MethodResponses'],
    create(order, site) {
      const api = apiOf(order, site)
      const path = api.paths.get(text(order, 'ResourceId'))
      if (path === undefined) throw new DeployError(`${order.path}.ResourceId`, 'there is no such resource')
      const authorization = optionalText(order, 'AuthorizationType') ?? 'NONE'
      if (authorization !== 'NONE' || optionalText(order, 'ApiKeyRequired') === 'true')
        throw new DeployError(`${order.path}.AuthorizationType`, `only NONE without an API key is modelled`)
      const integration = record(order, 'Integration')
      const type = integration && optionalText(integration, 'Type')
      const uri = integration && optionalText(integration, 'Uri')
      const functionArn = /\/functions\/(arn:[^/]+)\/invocations$/.exec(uri ?? '')?.[1]
      if (type !== 'AWS_PROXY' || functionArn === undefined)
        throw new DeployError(
          `${order.path}.Integration`,
          `only AWS_PROXY to a function is modelled, not ${type ?? 'none'}`,
        )
      api.routes.set(`${text(order, 'HttpMethod')} ${path}`, { functionArn })
      return { ref: site.ids.alphanumeric('method', order.logicalId, 10), attributes: {} }
    },
  },

  'AWS::ApiGateway::GatewayResponse': {
    models: ['RestApiId', 'ResponseType', 'StatusCode', 'ResponseTemplates', 'ResponseParameters'],
    ignores: [],
    create(order, site) {
      const statusCode = optionalText(order, 'StatusCode')
      const parameters = Object.entries(textMap(order, 'ResponseParameters'))
      const headers = parameters.map(
        ([key, value]) => [key.replace('gatewayresponse.header.', ''), unquoted(value, order)] as const,
      )
      apiOf(order, site).gatewayResponses.set(text(order, 'ResponseType'), {
        ...(statusCode === undefined ? {} : { statusCode }),
        templates: textMap(order, 'ResponseTemplates'),
        headers: Object.fromEntries(headers),
      })
      return { ref: site.ids.alphanumeric('gateway-response', order.logicalId, 10), attributes: {} }
    },
  },

  'AWS::ApiGateway::Deployment': {
    models: ['RestApiId'],
    ignores: ['Description'],
    create(order, site) {
      const api = apiOf(order, site)
      if (!api.policy)
        throw new DeployError(
          order.path,
          `private REST API ${api.logicalId} has no resource policy, so AWS does not deploy it (4.1)`,
        )
      if (api.routes.size === 0) throw new DeployError(order.path, `the REST API ${api.logicalId} contains no methods`)
      const id = site.ids.alphanumeric('deployment', order.logicalId, 6)
      const { routes, gatewayResponses } = api
      site.deployments.set(id, { ...api, routes: new Map(routes), gatewayResponses: new Map(gatewayResponses) })
      return { ref: id, attributes: { DeploymentId: id } }
    },
  },

  'AWS::ApiGateway::Stage': {
    models: ['RestApiId', 'DeploymentId', 'StageName', 'MethodSettings'],
    ignores: ['AccessLogSetting', 'Description', 'Tags', 'TracingEnabled'],
    create(order, site) {
      const deployed = site.deployments.get(text(order, 'DeploymentId'))
      const api = apiOf(order, site)
      if (!deployed?.policy || deployed.id !== api.id)
        throw new DeployError(`${order.path}.DeploymentId`, 'this is no deployment of the API')
      const stage = text(order, 'StageName')
      const other = site.world.apis.get(api.id)
      if (other)
        throw new DeployError(`${order.path}.StageName`, `the twin serves one stage an API, and has ${other.stage}`)
      const { id, policy, endpointIds, binaryMediaTypes, routes, gatewayResponses } = deployed
      if (order.values.MethodSettings !== undefined)
        site.gap(`${order.logicalId} (${order.type}): throttling and logging by MethodSettings`)
      site.world.apis.set(id, { id, stage, policy, endpointIds, binaryMediaTypes, routes, gatewayResponses })
      return { ref: stage, attributes: {} }
    },
  },

  'AWS::ApiGateway::Account': {
    models: [],
    ignores: ['CloudWatchRoleArn'],
    create: (order, { ids }) => ({ ref: ids.alphanumeric('account', order.logicalId, 10), attributes: {} }),
  },
}

/**
 * After everything is made: marks routes whose function does not admit the API (AWS answers 500 then), and reports what came
 * after the deployment and is therefore not served.
 */
export function settleApis(site: Site): void {
  const { world, permissions } = site
  for (const [id, api] of world.apis) {
    const draft = site.apis.get(id)
    for (const route of draft?.routes.keys() ?? [])
      if (!api.routes.has(route))
        site.gap(`${draft?.logicalId}: ${route} came after the deployment, so the stage does not serve it`)
    for (const type of draft?.gatewayResponses.keys() ?? [])
      if (!api.gatewayResponses.has(type))
        site.gap(
          `${draft?.logicalId}: the gateway response ${type} came after the deployment, so the stage does not use it`,
        )
    const routes: RestApi['routes'] = new Map(
      [...api.routes].map(([route, { functionArn }]) => {
        const [method = '', path = ''] = route.split(' ')
        const caller = `arn:${world.partition}:execute-api:${world.region}:${world.accountId}:${id}/${api.stage}/${method}${path}`
        const admitted = permissions.some(
          (one) =>
            one.functionArn === functionArn &&
            one.principal === 'apigateway.amazonaws.com' &&
            (one.sourceArn === undefined || arnLike(one.sourceArn, caller)),
        )
        return [route, admitted ? { functionArn } : { functionArn, unpermitted: true }]
      }),
    )
    world.apis.set(id, { ...api, routes })
  }
}

/** `ArnLike` as Lambda applies it to `SourceArn`: the six parts one by one, `*` and `?` within each (3.17). */
function arnLike(pattern: string, arn: string): boolean {
  const [a, b] = [sixParts(pattern), sixParts(arn)]
  return a.every((part, index) => {
    const expression = part
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')
    return new RegExp(`^${expression}$`, 's').test(b[index] ?? '')
  })
}

function sixParts(arn: string): readonly string[] {
  const parts = arn.split(':')
  return [...parts.slice(0, 5), parts.slice(5).join(':')]
}

/** `execute-api:/stage/VERB/path` is saved as a full ARN of this API (4.4). */
function expanded(document: unknown, arn: string): unknown {
  if (document === undefined) return undefined
  return JSON.parse(JSON.stringify(document), (key, value: unknown) => {
    const expand = (one: unknown) =>
      typeof one === 'string' && one.startsWith('execute-api:/') ? `${arn}${one.slice('execute-api:'.length)}` : one
    if (key !== 'Resource' && key !== 'NotResource') return value
    return Array.isArray(value) ? value.map(expand) : expand(value)
  })
}

function apiOf(order: Order, { apis }: Site): ApiDraft {
  const api = apis.get(text(order, 'RestApiId'))
  if (!api) throw new DeployError(`${order.path}.RestApiId`, 'there is no such API')
  return api
}

/** Header values are literals in single quotes; mappings from the request or context are not modelled. */
function unquoted(value: string, order: Order): string {
  const literal = /^'(.*)'$/s.exec(value)?.[1]
  if (literal === undefined)
    throw new DeployError(
      `${order.path}.ResponseParameters`,
      `only literals in single quotes are modelled, not \`${value}\``,
    )
  return literal
}
