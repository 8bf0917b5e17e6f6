/** What a template says about access: principals with their policies, endpoints, domains, subnets; ids that only a deployment knows are derived from logical ids. */
import { parseCidr } from '../addresses.ts'
import type { Policy } from '../document.ts'
import { functionName } from '../names.ts'
import { parsePolicy } from '../parse.ts'
import {
  createScope,
  isUnknown,
  type Resource,
  resolveValue,
  type Scope,
  type Template,
  type Value,
} from '../template/index.ts'
import type { PolicyKind } from '../vocabulary.ts'
import { type AddressSet, noAddress, ofBlocks } from './address-set.ts'
import type { Target } from './changes.ts'
import type { Endpoint } from './question.ts'
import type { Undecided } from './region.ts'
import { managedPolicies } from './snapshot.ts'
import type { ConfinedOptions } from './verdict.ts'

/** A role or user of the template. */
export interface TemplatePrincipal {
  readonly logicalId: string
  readonly kind: 'role' | 'user'
  readonly arn: string
  readonly identity: readonly Policy[]
  readonly boundary?: Policy
  readonly trust?: Policy
  /** Policies that apply and are not known. */
  readonly unseen: readonly string[]
}

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
  /** Addresses of the subnets of functions, and of Studio's apps. */
  readonly functionSubnets: AddressSet
  readonly studioSubnets: AddressSet
  /** Addresses of every subnet that is known. */
  readonly subnets: AddressSet
  /** What walls are made of, but for roles. */
  readonly targets: readonly Target[]
  /** Roles of the gate's function. */
  readonly gateRoles: ReadonlySet<string>
  readonly problems: readonly Undecided[]
}

type Properties = Readonly<Record<string, Value>>

const isRecord = (value: Value | undefined): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isUnknown(value)

const listOf = (value: Value | undefined): readonly Value[] =>
  Array.isArray(value) ? (value as readonly Value[]) : value === undefined || value === null ? [] : [value]

const text = (value: Value | undefined): string | undefined => (typeof value === 'string' ? value : undefined)

/** Ids and ARNs of resources, derived; other attributes stay symbolic. */
const namer = (template: Template, place: { account: string; region: string; partition: string; stack: string }) => {
  const { account, region, partition, stack } = place
  const given = (id: string, property: string): string => {
    const value = template.resources.get(id)?.properties[property]
    return typeof value === 'string' ? value : `${stack}-${id}`
  }
  const pathOf = (id: string): string => {
    const value = template.resources.get(id)?.properties.Path
    return typeof value === 'string' ? value : '/'
  }
  const iam = (kind: string, id: string, property: string) =>
    `arn:${partition}:iam::${account}:${kind}${pathOf(id)}${given(id, property)}`
  const arns: Readonly<Record<string, (id: string) => string>> = {
    'AWS::IAM::Role': (id) => iam('role', id, 'RoleName'),
    'AWS::IAM::User': (id) => iam('user', id, 'UserName'),
    'AWS::IAM::ManagedPolicy': (id) => iam('policy', id, 'ManagedPolicyName'),
    'AWS::Lambda::Function': (id) =>
      `arn:${partition}:lambda:${region}:${account}:function:${given(id, 'FunctionName')}`,
    'AWS::DynamoDB::Table': (id) => `arn:${partition}:dynamodb:${region}:${account}:table/${given(id, 'TableName')}`,
    'AWS::SageMaker::Domain': (id) => `arn:${partition}:sagemaker:${region}:${account}:domain/${idOf(id)}`,
    'AWS::Logs::LogGroup': (id) =>
      `arn:${partition}:logs:${region}:${account}:log-group:${given(id, 'LogGroupName')}:*`,
  }
  const prefixes: Readonly<Record<string, string>> = {
    'AWS::EC2::VPCEndpoint': 'vpce-',
    'AWS::EC2::VPC': 'vpc-',
    'AWS::EC2::Subnet': 'subnet-',
    'AWS::EC2::SecurityGroup': 'sg-',
    'AWS::SageMaker::Domain': 'd-',
  }
  const names: Readonly<Record<string, string>> = {
    'AWS::IAM::Role': 'RoleName',
    'AWS::IAM::User': 'UserName',
    'AWS::Lambda::Function': 'FunctionName',
    'AWS::DynamoDB::Table': 'TableName',
  }
  const typeOf = (id: string): string => template.resources.get(id)?.type ?? ''
  const idOf = (id: string): string | undefined => {
    const type = typeOf(id)
    const prefix = prefixes[type]
    if (prefix !== undefined) return `${prefix}${id.toLowerCase()}`
    const property = names[type]
    if (property !== undefined) return given(id, property)
    return type === 'AWS::IAM::ManagedPolicy' ? arns[type]?.(id) : undefined
  }
  return {
    ref: (id: string): Value => idOf(id) ?? { unknown: `id of ${id}` },
    getAtt: (id: string, attribute: string): Value => {
      const arn = attribute === 'Arn' || attribute === 'DomainArn' ? arns[typeOf(id)]?.(id) : undefined
      const own = ['DomainId', 'VpcId', 'GroupId', 'SubnetId', 'Id'].includes(attribute) ? idOf(id) : undefined
      return arn ?? own ?? { unknown: `${id}.${attribute}` }
    },
    idOf: (id: string): string => idOf(id) ?? id,
    arnOf: (id: string): string => arns[typeOf(id)]?.(id) ?? id,
  }
}

/** Reads the template. What it cannot read is a problem, and policies among it count as unseen. */
export const readDeployment = (template: Template, options: ConfinedOptions = {}): Deployment => {
  const { accountId: account = '111122223333', region = 'eu-central-1', stackName: stack = 'StudioGate' } = options
  const problems: Undecided[] = []
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
  const names = namer(template, { account, region, partition, stack })
  const made = createScope(template, {
    deployment: { accountId: account, region, stackName: stack },
    ref: names.ref,
    getAtt: names.getAtt,
    ...(options.parameters === undefined ? {} : { parameters: options.parameters }),
  })
  if (!made.ok)
    throw new TypeError(`the template's parameters: ${made.errors.map(({ message }) => message).join('; ')}`)
  const resolved = new Map<string, Properties>()
  const present = [...template.resources.values()].filter((resource) => exists(resource, made.scope))
  const propertiesOf = (resource: Resource): Properties => {
    const known = resolved.get(resource.logicalId)
    if (known !== undefined) return known
    const value = resolveValue(resource.properties, made.scope, `Resources.${resource.logicalId}.Properties`)
    const properties = isRecord(value) ? value : {}
    resolved.set(resource.logicalId, properties)
    return properties
  }
  const ofType = (type: string): readonly (readonly [string, Properties])[] =>
    present.filter((resource) => resource.type === type).map((resource) => [resource.logicalId, propertiesOf(resource)])
  const read = (json: Value | unknown, kind: PolicyKind, name: string): Policy | undefined => {
    const reading = parsePolicy(json, kind, name)
    if (reading.ok) return reading.policy
    problems.push({ policy: name, construct: `cannot be read: ${reading.errors[0]?.message ?? ''}` })
    return undefined
  }

  const attached = new Map<string, { policies: Policy[]; unseen: string[] }>()
  const give = (target: Value, policy: Policy | string): void => {
    const key = text(target)
    if (key === undefined) {
      problems.push({
        policy: typeof policy === 'string' ? policy : policy.name,
        construct: 'attached to something that cannot be known',
      })
      return
    }
    const entry = attached.get(key) ?? { policies: [], unseen: [] }
    if (typeof policy === 'string') entry.unseen.push(policy)
    else entry.policies.push(policy)
    attached.set(key, entry)
  }
  for (const type of ['AWS::IAM::Policy', 'AWS::IAM::RolePolicy', 'AWS::IAM::UserPolicy', 'AWS::IAM::ManagedPolicy'])
    for (const [id, { Roles: roles, RoleName: role, Users: users, UserName: user, PolicyDocument: document }] of ofType(
      type,
    )) {
      const policy = read(document, 'identity', id) ?? id
      for (const target of [...listOf(roles), ...listOf(role), ...listOf(users), ...listOf(user)]) give(target, policy)
      // Groups are rare where roles are used; their members are not followed.
    }
  for (const [id] of ofType('AWS::CloudFormation::Stack'))
    problems.push({ policy: id, construct: 'a nested stack, which is not followed' })
  for (const type of ['AWS::IAM::Group', 'AWS::IAM::UserToGroupAddition'])
    for (const [id] of ofType(type)) problems.push({ policy: id, construct: 'groups of users are not followed' })

  const managed = new Map(
    ofType('AWS::IAM::ManagedPolicy').map(
      ([id, { PolicyDocument: document }]) => [names.arnOf(id), { id, document }] as const,
    ),
  )
  const awsManaged = options.managedPolicies ?? managedPolicies()
  const managedPolicy = (arn: Value, kind: 'identity' | 'boundary'): readonly (Policy | string)[] => {
    const name = text(arn) ?? 'a managed policy that cannot be known'
    const own = managed.get(name)
    if (own !== undefined) return [read(own.document, kind, own.id) ?? own.id]
    const short = name.slice(name.lastIndexOf('/') + 1)
    const json = name.includes(':iam::aws:policy/') ? awsManaged[short] : undefined
    if (!isRecord(json as Value)) return [name]
    // AWS's own may be longer than customers' may; a few statements at a time mean the same.
    const { Statement: statements, ...rest } = json as Properties
    const chunks = Array.from({ length: Math.ceil(listOf(statements).length / 8) }, (_, at) =>
      listOf(statements).slice(at * 8, at * 8 + 8),
    )
    return chunks.map((chunk, at) => read({ ...rest, Statement: chunk }, kind, `${short} (part ${at + 1})`) ?? name)
  }
  const principals = (['AWS::IAM::Role', 'AWS::IAM::User'] as const).flatMap((type) =>
    ofType(type).map(([logicalId, properties]): TemplatePrincipal => {
      const inline = listOf(properties.Policies).map((each, index): Policy | string => {
        const name = `${logicalId}/${(isRecord(each) ? text(each.PolicyName) : undefined) ?? index}`
        return (isRecord(each) ? read(each.PolicyDocument, 'identity', name) : undefined) ?? name
      })
      const others = listOf(properties.ManagedPolicyArns).flatMap((arn) => managedPolicy(arn, 'identity'))
      const given = attached.get(names.idOf(logicalId))
      const bounds =
        properties.PermissionsBoundary === undefined ? [] : managedPolicy(properties.PermissionsBoundary, 'boundary')
      // A boundary in several parts is none that could be given to `evaluate` as one.
      const bound = bounds.length > 1 ? String(text(properties.PermissionsBoundary)) : bounds[0]
      const trust =
        properties.AssumeRolePolicyDocument === undefined
          ? undefined
          : read(properties.AssumeRolePolicyDocument, 'trust', `${logicalId}/trust`)
      const all = [...inline, ...others, ...(given?.policies ?? []), ...(given?.unseen ?? [])]
      return {
        logicalId,
        kind: type === 'AWS::IAM::Role' ? 'role' : 'user',
        arn: names.arnOf(logicalId),
        identity: all.filter((policy) => typeof policy !== 'string'),
        // A boundary that nobody knows limits nothing that could be relied on.
        ...(bound === undefined || typeof bound === 'string' ? {} : { boundary: bound }),
        ...(trust === undefined ? {} : { trust }),
        unseen: [...all, ...(typeof bound === 'string' ? [bound] : [])].filter((policy) => typeof policy === 'string'),
      }
    }),
  )

  for (const { logicalId, type, properties } of present)
    for (const property of ['RoleName', 'UserName', 'ManagedPolicyName', 'Path'])
      if (
        type.startsWith('AWS::IAM::') &&
        !/Policy$/.test(type.replace('ManagedPolicy', '')) &&
        typeof (properties[property] ?? '') !== 'string'
      )
        problems.push({ policy: logicalId, construct: `a ${property} that is computed` })

  const endpoints: Record<string, Endpoint> = {}
  const endpointsOf = new Map<string, string[]>()
  for (const [id, properties] of ofType('AWS::EC2::VPCEndpoint')) {
    const name = names.idOf(id)
    const vpc = text(properties.VpcId)
    // An unreadable endpoint policy counts as none: it would only narrow what passes.
    const policy = properties.PolicyDocument === undefined ? undefined : read(properties.PolicyDocument, 'endpoint', id)
    endpoints[name] = { ...(policy === undefined ? {} : { policy }), ...(vpc === undefined ? {} : { vpc }) }
    const service = /\.(sagemaker\.api|studio|[a-z-]+)$/.exec(text(properties.ServiceName) ?? '')?.[1] ?? 'other'
    endpointsOf.set(service, [...(endpointsOf.get(service) ?? []), name])
  }

  const cidrs = new Map(
    ofType('AWS::EC2::Subnet').map(([id, properties]) => [names.idOf(id), text(properties.CidrBlock)] as const),
  )
  const addressesOf = (subnets: readonly Value[]): AddressSet => {
    const known = subnets.map((subnet) => cidrs.get(text(subnet) ?? ''))
    if (known.includes(undefined))
      problems.push({ policy: 'subnets', construct: 'a subnet whose addresses cannot be known' })
    return ofBlocks(known.flatMap((cidr) => (cidr === undefined ? undefined : parseCidr(cidr)) ?? []))
  }
  const functions = ofType('AWS::Lambda::Function').flatMap(([, { VpcConfig: config }]) =>
    isRecord(config) ? listOf(config.SubnetIds) : [],
  )
  const domains = ofType('AWS::SageMaker::Domain')
  const gateFunctions = ofType('AWS::Lambda::Function').filter(([id]) => names.idOf(id) === functionName(stack))
  const targetsOf = (): readonly Target[] => [
    ...[...managed.keys()].map((arn) => ({ part: 'policy' as const, arn })),
    ...Object.keys(endpoints).map((id) => ({
      part: 'endpoint' as const,
      arn: `arn:${partition}:ec2:${region}:${account}:vpc-endpoint/${id}`,
    })),
    ...ofType('AWS::ApiGateway::RestApi').map(([id]) => ({
      part: 'api' as const,
      arn: `arn:${partition}:apigateway:${region}::/restapis/${id.toLowerCase()}`,
    })),
    ...gateFunctions.map(([id]) => ({ part: 'function' as const, arn: names.arnOf(id) })),
    ...domains.flatMap(([id]) => [
      { part: 'domain' as const, arn: names.arnOf(id) },
      {
        part: 'profile' as const,
        arn: `arn:${partition}:sagemaker:${region}:${account}:user-profile/${names.idOf(id)}/somebody`,
      },
    ]),
    ...ofType('AWS::DynamoDB::Table').map(([id]) => ({ part: 'table' as const, arn: names.arnOf(id) })),
    { part: 'stack', arn: `arn:${partition}:cloudformation:${region}:${account}:stack/${stack}/1` },
  ]
  return {
    account,
    region,
    partition,
    principals,
    endpoints,
    endpointsOf,
    domainIds: domains.map(([id]) => names.idOf(id)),
    functionSubnets: functions.length === 0 ? noAddress : addressesOf(functions),
    subnets: ofBlocks([...cidrs.values()].flatMap((cidr) => (cidr === undefined ? undefined : parseCidr(cidr)) ?? [])),
    studioSubnets: addressesOf(domains.flatMap(([, { SubnetIds: subnets }]) => listOf(subnets))),
    targets: targetsOf(),
    gateRoles: new Set(gateFunctions.flatMap(([, { Role: role }]) => text(role) ?? [])),
    problems,
  }
}

/** A condition that cannot be decided counts as true: what may exist is judged. */
const exists = ({ condition }: Resource, scope: Scope): boolean =>
  condition === undefined || scope.condition(condition) !== false
