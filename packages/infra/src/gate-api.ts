import { createHash } from 'node:crypto'
import { type Intent, mintingPairs, requestingProviders, type Walls } from '@studio-gate/policy'
import * as apigateway from 'aws-cdk-lib/aws-apigateway'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as lambda from 'aws-cdk-lib/aws-lambda'
import * as logs from 'aws-cdk-lib/aws-logs'
import { Aws, CfnDeletionPolicy, Stack } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import type { Endpoints } from './endpoints.ts'
import { auditRetentionDays, type GateFunction, type GateFunctionRole } from './gate-function.ts'
import { gatewayResponses } from './gateway-responses.ts'
import { pascal } from './logical-id.ts'
import { policyLimits, withinLimit } from './policy-limits.ts'
import { joinBlocks } from './remedies.ts'

export const stageName = 'gate'

/** Sign-ins per second that the stage lets through, and how many may come at once. */
const throttle = { rate: 50, burst: 100 }

/** One line per request; no query, body or header, so that no assertion can be in it. */
const accessLogFormat = JSON.stringify({
  requestId: '$context.requestId',
  requestTime: '$context.requestTimeEpoch',
  sourceIp: '$context.identity.sourceIp',
  vpcEndpointId: '$context.identity.vpceId',
  method: '$context.httpMethod',
  resource: '$context.resourcePath',
  status: '$context.status',
  refusal: '$context.error.responseType',
  latency: '$context.responseLatency',
})

/** Networks that some rule lets in. */
const usedNetworks = (intent: Intent): readonly string[] => mintingPairs(intent).flatMap(({ networks }) => networks)

/** The private REST API. Made before the function, which must know its own URL; `serve` then adds the route. */
export class GateApi extends Construct {
  readonly apiId: string
  /** The Assertion Consumer Service URL (row 4.11 a, b). */
  readonly acsUrl: string
  readonly #api: apigateway.CfnRestApi
  readonly #definition: apigateway.CfnRestApiProps
  /** Names of the identity providers at whose login the gate starts sign-ins. */
  readonly #logins: readonly string[]

  constructor(
    scope: Construct,
    id: string,
    props: { readonly intent: Intent; readonly walls: Walls; readonly endpoints: Endpoints },
  ) {
    super(scope, id)
    this.#logins = requestingProviders(props.intent).map(({ name }) => name)
    const endpointId = props.endpoints.id('executeApi')
    const stack = Stack.of(this)
    this.#definition = {
      name: `${stack.stackName}-gate`,
      description: 'Studio Gate: SAML assertion consumer service',
      endpointConfiguration: { types: ['PRIVATE'], vpcEndpointIds: [endpointId] },
      policy: withinLimit(
        this,
        { ...policyLimits.restApi, remedy: joinBlocks(props.intent, usedNetworks(props.intent)) },
        props.walls.restApi,
      ),
    }
    this.#api = new apigateway.CfnRestApi(this, 'RestApi', this.#definition)
    this.apiId = this.#api.ref
    const label = props.intent.acsUrlForm === 'private-dns' ? this.apiId : `${this.apiId}-${endpointId}`
    this.acsUrl = `https://${label}.execute-api.${stack.region}.${Aws.URL_SUFFIX}/${stageName}/saml`
  }

  /** Adds `POST /saml` and the logins, answered by the function, and puts the API on its stage. */
  serve(gate: GateFunction, role: GateFunctionRole): void {
    const { partition, region, account } = Stack.of(this)
    const saml = new apigateway.CfnResource(this, 'Saml', {
      restApiId: this.apiId,
      parentId: this.#api.attrRootResourceId,
      pathPart: 'saml',
    })
    const post: apigateway.CfnMethodProps = {
      restApiId: this.apiId,
      resourceId: saml.ref,
      httpMethod: 'POST',
      authorizationType: 'NONE',
      integration: {
        type: 'AWS_PROXY',
        integrationHttpMethod: 'POST',
        uri: `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${role.functionArn}/invocations`,
        timeoutInMillis: 29_000,
      },
    }
    const methods = [new apigateway.CfnMethod(this, 'SamlPost', post), ...this.logins(post)]
    const permission = new lambda.CfnPermission(this, 'InvokePermission', {
      action: 'lambda:InvokeFunction',
      functionName: gate.resource.attrArn,
      principal: 'apigateway.amazonaws.com',
      sourceArn: `arn:${partition}:execute-api:${region}:${account}:${this.apiId}/${stageName}/POST/saml`,
    })
    const permissions = [permission]
    if (this.#logins.length > 0) {
      permissions.push(
        new lambda.CfnPermission(this, 'InvokeLoginPermission', {
          action: 'lambda:InvokeFunction',
          functionName: gate.resource.attrArn,
          principal: 'apigateway.amazonaws.com',
          sourceArn: `arn:${partition}:execute-api:${region}:${account}:${this.apiId}/${stageName}/GET/login/*`,
        }),
      )
    }
    const responses = gatewayResponses.map(
      (response) =>
        new apigateway.CfnGatewayResponse(this, `Response${pascal(response.responseType.toLowerCase())}`, {
          restApiId: this.apiId,
          ...response,
        }),
    )
    const deployment = new apigateway.CfnDeployment(
      this,
      `Deployment${this.fingerprint(this.#definition, post, gatewayResponses, ...this.#logins)}`,
      { restApiId: this.apiId },
    )
    for (const part of [...methods, ...responses]) deployment.addResourceDependency(part)
    const stage = new apigateway.CfnStage(this, 'Stage', {
      restApiId: this.apiId,
      deploymentId: deployment.ref,
      stageName,
      methodSettings: [
        {
          httpMethod: '*',
          resourcePath: '/*',
          throttlingRateLimit: throttle.rate,
          throttlingBurstLimit: throttle.burst,
          metricsEnabled: true,
          // Execution logs would hold the assertion.
          loggingLevel: 'OFF',
          dataTraceEnabled: false,
        },
      ],
      accessLogSetting: { destinationArn: this.accessLog(), format: accessLogFormat },
    })
    for (const each of permissions) stage.addResourceDependency(each)
    stage.addResourceDependency(this.logAccount())
  }

  /** `GET /login/<name>` for every identity provider that is asked: a path each, as the API's policy has them. */
  private logins(post: apigateway.CfnMethodProps): readonly apigateway.CfnMethod[] {
    if (this.#logins.length === 0) return []
    const login = new apigateway.CfnResource(this, 'Login', {
      restApiId: this.apiId,
      parentId: this.#api.attrRootResourceId,
      pathPart: 'login',
    })
    return this.#logins.map((name) => {
      const { ref } = new apigateway.CfnResource(this, `Login${pascal(name)}`, {
        restApiId: this.apiId,
        parentId: login.ref,
        pathPart: name,
      })
      return new apigateway.CfnMethod(this, `Login${pascal(name)}Get`, { ...post, resourceId: ref, httpMethod: 'GET' })
    })
  }

  /** A deployment is a snapshot: a change of policy, endpoint or methods takes effect with a new one only (row 4.15). */
  private fingerprint(...definitions: readonly unknown[]): string {
    return createHash('sha256')
      .update(JSON.stringify(Stack.of(this).resolve(definitions)))
      .digest('hex')
      .slice(0, 10)
  }

  private accessLog(): string {
    const { partition, region, account } = Stack.of(this)
    const group = new logs.CfnLogGroup(this, 'AccessLog', { retentionInDays: auditRetentionDays })
    group.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE
    group.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN
    // The group's own `Arn` ends in `:*`, which a stage does not take.
    return `arn:${partition}:logs:${region}:${account}:log-group:${group.ref}`
  }

  /** API Gateway writes access logs with one role per account and Region. Retained, because other APIs may lean on it by then. */
  private logAccount(): apigateway.CfnAccount {
    const { partition } = Stack.of(this)
    const role = new iam.CfnRole(this, 'LogRole', {
      description: 'API Gateway writes access logs of this account and Region',
      assumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      managedPolicyArns: [`arn:${partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs`],
    })
    const account = new apigateway.CfnAccount(this, 'LogAccount', { cloudWatchRoleArn: role.attrArn })
    // The account's settings exist once it has an API in the Region.
    account.addResourceDependency(this.#api)
    for (const { cfnOptions } of [role, account]) {
      cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN
      cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN
    }
    return account
  }
}
