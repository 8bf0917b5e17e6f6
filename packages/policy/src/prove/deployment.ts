/** What a template says about access: principals with their policies, endpoints, domains, subnets, and what walls are made of. */
import { parseCidr } from '../addresses.ts'
import type { Policy } from '../document.ts'
import { functionName } from '../names.ts'
import { mustParsePolicy } from '../parse.ts'
import type { Template, Value } from '../template/index.ts'
import { type AddressSet, noAddress, ofBlocks } from './address-set.ts'
import type { Target } from './changes.ts'
import { identitiesOf, policyReader, type TemplatePrincipal } from './identities.ts'
import type { Endpoint } from './question.ts'
import type { Undecided } from './region.ts'
import { isRecord, listOf, openStacks, text } from './stacks.ts'
import type { ConfinedOptions } from './verdict.ts'
import type { Decide } from './worlds.ts'

export interface Deployment {
  readonly account: string
  readonly region: string
  readonly partition: string
  readonly principals: readonly TemplatePrincipal[]
  /** By derived id, `vpce-` and the logical id in lower case. */
  readonly endpoints: Readonly<Record<string, Endpoint>>
  /** End of the service's name, such as `sagemaker.api` or `studio`, to the ids of its endpoints. */
  readonly endpointsOf: ReadonlyMap<string, readonly string[]>
  readonly domainIds: readonly string[]
  /** Addresses of the subnets of the gate's function, and of Studio's apps. */
  readonly functionSubnets: AddressSet
  readonly studioSubnets: AddressSet
  /** Addresses of every subnet that is known. */
  readonly subnets: AddressSet
  /** What walls are made of, but for roles. */
  readonly targets: readonly Target[]
  /** Roles of the gate's function. */
  readonly gateRoles: ReadonlySet<string>
  /** The private API that receives sign-ins: its policy, and the ARN of `POST /saml`. Absent: there is none, or several. */
  readonly api?: { readonly logicalId: string; readonly resource: string; readonly policy?: Policy }
  readonly problems: readonly Undecided[]
  /** What it was taken for granted about parameters, as sentences. */
  readonly defaults: readonly string[]
}

/**
 * Reads the template and its nested stacks. What it cannot read is a problem, and policies among it count as unseen.
 * @param decide says how conditions come out that no value decides; where it does not, the resource may exist
 */
export const readDeployment = (template: Template, options: ConfinedOptions, decide: Decide): Deployment => {
  const { accountId: account = '111122223333', region = 'eu-central-1', stackName: stack = 'StudioGate' } = options
  const problems: Undecided[] = []
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
  const { parameters } = options
  const stacks = openStacks(template, {
    account,
    region,
    partition,
    stack,
    decide,
    ...(parameters === undefined ? {} : { parameters }),
  })
  const read = policyReader(problems)
  const principals = identitiesOf(stacks, read, problems, options.managedPolicies)

  const endpoints: Record<string, Endpoint> = {}
  const endpointsOf = new Map<string, string[]>()
  for (const [id, properties] of stacks.ofType('AWS::EC2::VPCEndpoint')) {
    const name = stacks.idOf(id)
    const vpc = text(properties.VpcId)
    const { PolicyDocument: document } = properties
    const policy = document === undefined ? undefined : read(document, 'endpoint', id)
    endpoints[name] = {
      ...(policy !== undefined ? { policy } : document !== undefined ? { unseen: id } : {}),
      ...(vpc === undefined ? {} : { vpc }),
    }
    if (text(properties.ServiceName) === undefined)
      problems.push({ policy: id, construct: 'an endpoint whose service cannot be known' })
    const service = /\.(sagemaker\.api|studio|[a-z-]+)$/.exec(text(properties.ServiceName) ?? '')?.[1] ?? 'other'
    endpointsOf.set(service, [...(endpointsOf.get(service) ?? []), name])
  }

  const cidrs = new Map(
    stacks.ofType('AWS::EC2::Subnet').map(([id, properties]) => [stacks.idOf(id), text(properties.CidrBlock)] as const),
  )
  const addressesOf = (subnets: readonly Value[]): AddressSet => {
    const known = subnets.map((subnet) => cidrs.get(text(subnet) ?? ''))
    if (known.includes(undefined))
      problems.push({ policy: 'subnets', construct: 'a subnet whose addresses cannot be known' })
    return ofBlocks(known.flatMap((cidr) => (cidr === undefined ? undefined : parseCidr(cidr)) ?? []))
  }
  const domains = stacks.ofType('AWS::SageMaker::Domain')
  const gateFunctions = stacks.ofType('AWS::Lambda::Function').filter(([id]) => stacks.idOf(id) === functionName(stack))
  const functions = gateFunctions.flatMap(([, { VpcConfig: config }]) =>
    isRecord(config) ? listOf(config.SubnetIds) : [],
  )
  const apiOf = (): Pick<Deployment, 'api'> => {
    const [api, ...others] = stacks
      .ofType('AWS::ApiGateway::RestApi')
      .filter(([, { EndpointConfiguration: way }]) => isRecord(way) && listOf(way.Types).includes('PRIVATE'))
    const [stage] = stacks.ofType('AWS::ApiGateway::Stage').flatMap(([, { StageName: name }]) => text(name) ?? [])
    if (api === undefined || others.length > 0 || stage === undefined || gateFunctions.length === 0) return {}
    const [logicalId, { Policy: document }] = api
    const policy = document === undefined ? undefined : read(document, 'resource', logicalId)
    // One that cannot be read is a problem of its own: nobody is said to be shut out by it.
    if (document !== undefined && policy === undefined) return {}
    const resource = `arn:${partition}:execute-api:${region}:${account}:${stacks.idOf(logicalId)}/${stage}/POST/saml`
    return { api: { logicalId, resource, ...(policy === undefined ? {} : { policy }) } }
  }
  const targetsOf = (): readonly Target[] => [
    ...stacks.ofType('AWS::IAM::ManagedPolicy').map(([id]) => ({ part: 'policy' as const, arn: stacks.arnOf(id) })),
    ...Object.keys(endpoints).map((id) => ({
      part: 'endpoint' as const,
      arn: `arn:${partition}:ec2:${region}:${account}:vpc-endpoint/${id}`,
    })),
    ...stacks.ofType('AWS::ApiGateway::RestApi').map(([id]) => ({
      part: 'api' as const,
      arn: `arn:${partition}:apigateway:${region}::/restapis/${id.replaceAll('/', '-').toLowerCase()}`,
    })),
    ...gateFunctions.map(([id]) => ({ part: 'function' as const, arn: stacks.arnOf(id) })),
    ...domains.flatMap(([id]) => [
      { part: 'domain' as const, arn: stacks.arnOf(id) },
      {
        part: 'profile' as const,
        arn: `arn:${partition}:sagemaker:${region}:${account}:user-profile/${stacks.idOf(id)}/somebody`,
      },
    ]),
    ...stacks.ofType('AWS::DynamoDB::Table').map(([id]) => ({ part: 'table' as const, arn: stacks.arnOf(id) })),
    ...stacks.ofType('AWS::KMS::Key').map(([id, { KeyPolicy: document, Tags: tags }]) => {
      // One that cannot be read may leave it to the account's IAM policies.
      const policy =
        (document === undefined ? undefined : read(document, 'resource', id)) ??
        mustParsePolicy(
          {
            Version: '2012-10-17',
            Statement: {
              Effect: 'Allow',
              Principal: { AWS: `arn:${partition}:iam::${account}:root` },
              Action: 'kms:*',
              Resource: '*',
            },
          },
          'resource',
          id,
        )
      return { part: 'key' as const, arn: stacks.arnOf(id), policy, fixed: tagsOf(tags) }
    }),
    { part: 'stack', arn: `arn:${partition}:cloudformation:${region}:${account}:stack/${stack}/1` },
  ]
  return {
    account,
    region,
    partition,
    principals,
    endpoints,
    endpointsOf,
    domainIds: domains.map(([id]) => stacks.idOf(id)),
    functionSubnets: functions.length === 0 ? noAddress : addressesOf(functions),
    subnets: ofBlocks([...cidrs.values()].flatMap((cidr) => (cidr === undefined ? undefined : parseCidr(cidr)) ?? [])),
    studioSubnets: addressesOf(domains.flatMap(([, { SubnetIds: subnets }]) => listOf(subnets))),
    targets: targetsOf(),
    ...apiOf(),
    gateRoles: new Set(gateFunctions.flatMap(([, { Role: role }]) => text(role) ?? [])),
    problems: [...problems, ...stacks.problems],
    defaults: stacks.defaults,
  }
}

/** Tags of a resource as condition keys of a request on it. */
const tagsOf = (tags: Value | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    listOf(tags).flatMap((tag) => {
      const [key, value] = isRecord(tag) ? [text(tag.Key), text(tag.Value)] : []
      return key === undefined || value === undefined ? [] : [[`aws:resourcetag/${key.toLowerCase()}`, value]]
    }),
  )
