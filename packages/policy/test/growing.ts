/** Policies and templates of any size, as series for the benchmark and for the test that guards how time grows with them. */
import {
  compare,
  confined,
  evaluate,
  type Intent,
  mustParsePolicy,
  type Policy,
  type PolicyJson,
  type ReachPolicies,
  type Request,
  reach,
} from '@studio-gate/policy'
import { parseTemplate, type Template } from '@studio-gate/policy/template'

export interface Series {
  readonly what: string
  /** For the benchmark; the test takes smaller ones. */
  readonly sizes: readonly number[]
  /** A call at this size. Whether its result is right. */
  readonly prepare: (size: number) => () => boolean
}

const account = '111122223333'

const request: Request = {
  principal: { kind: 'role-session', roleArn: `arn:aws:iam::${account}:role/minting`, sessionName: 'alice' },
  action: 'sagemaker:CreatePresignedDomainUrl',
  resource: `arn:aws:sagemaker:eu-central-1:${account}:user-profile/d-1/alice`,
  resourceAccount: account,
  // The last block of every list, which is met after all the others.
  context: { 'aws:SourceVpce': 'vpce-last', 'aws:VpcSourceIp': '10.255.255.254' },
}

type Condition = Readonly<Record<string, Readonly<Record<string, unknown>>>>

const statement = (condition: Condition, effect: 'Allow' | 'Deny' = 'Allow') => ({
  Effect: effect,
  Principal: '*',
  Action: ['sagemaker:CreatePresigned*', 'sagemaker:DescribeUserProfile'],
  Resource: `arn:aws:sagemaker:*:${account}:user-profile/d-1/*`,
  Condition: condition,
})

const document = (statements: readonly object[]): PolicyJson =>
  ({ Version: '2012-10-17', Statement: statements }) as unknown as PolicyJson

const each = <T>(size: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: size }, (_, at) => make(at))

/** Blocks that do not touch; the request's address lies in the last one. */
const block = (index: number, size: number): string =>
  index === size - 1
    ? '10.255.255.254/31'
    : `${11 + (index >> 20)}.${(index >> 12) & 255}.${(index >> 4) & 255}.${(index & 15) * 16}/31`

const endpoint = (index: number, size: number): string => (index === size - 1 ? 'vpce-last' : `vpce-${index}`)

const blocksOf = (size: number): PolicyJson =>
  document([statement({ IpAddress: { 'aws:VpcSourceIp': each(size, (at) => block(at, size)) } })])

const endpointsOf = (size: number): PolicyJson =>
  document(each(size, (at) => statement({ StringEquals: { 'aws:SourceVpce': endpoint(at, size) } })))

const addressesOf = (size: number): PolicyJson =>
  document(each(size, (at) => statement({ IpAddress: { 'aws:VpcSourceIp': block(at, size) } })))

/** Ten blocks to a statement. */
const spreadOf = (size: number): PolicyJson =>
  document(
    each(Math.ceil(size / 10), (at) =>
      statement({
        IpAddress: { 'aws:VpcSourceIp': each(10, (one) => block(at * 10 + one, Math.ceil(size / 10) * 10)) },
      }),
    ),
  )

const tag = (at: number): string => `aws:PrincipalTag/t${at}`

const everything = statement({ Bool: { 'aws:ViaAWSService': 'false' } })

/** What the prover is asked about, by the construct that grows. */
const documents: Readonly<Record<string, (size: number) => PolicyJson>> = {
  'statements, each for an endpoint': endpointsOf,
  'statements, each for a block': addressesOf,
  'statements that deny a block each': (size) =>
    document([
      everything,
      ...each(size, (at) => statement({ IpAddress: { 'aws:VpcSourceIp': block(at, size + 1) } }, 'Deny')),
    ]),
  'statements, each for a value of one tag': (size) =>
    document(
      each(size, (at) =>
        statement({
          StringEquals: { 'aws:PrincipalTag/t': `v${at}` },
          IpAddress: { 'aws:VpcSourceIp': block(at, size) },
        }),
      ),
    ),
  'statements, each for a tag of its own': (size) =>
    document(
      each(size, (at) =>
        statement({ StringEquals: { [tag(at)]: 'v' }, IpAddress: { 'aws:VpcSourceIp': block(at, size) } }),
      ),
    ),
  'statements, each with a pattern': (size) =>
    document(
      each(size, (at) =>
        statement({
          StringLike: { 'aws:PrincipalTag/t': `v${at}-*` },
          IpAddress: { 'aws:VpcSourceIp': block(at, size) },
        }),
      ),
    ),
}

const conditions: Readonly<Record<string, (size: number) => PolicyJson>> = {
  'keys of a condition': (size) =>
    document([statement({ StringEquals: Object.fromEntries(each(size, (at) => [tag(at), 'v'])) })]),
  'keys of a condition that denies': (size) =>
    document([everything, statement({ StringEquals: Object.fromEntries(each(size, (at) => [tag(at), 'v'])) }, 'Deny')]),
  'keys that must not be absent, one each': (size) =>
    document([everything, ...each(size, (at) => statement({ Null: { [tag(at)]: 'true' } }, 'Deny'))]),
  'keys compared with another key each': (size) =>
    document([
      statement({ StringEquals: Object.fromEntries(each(size, (at) => [tag(at), `\${aws:RequestTag/t${at}}`])) }),
    ]),
}

// The only kind whose length no rule of IAM bounds: each service has its own.
const parsed = (json: PolicyJson): Policy => mustParsePolicy(json, 'resource', 'grown')
const alone = (resource: Policy): ReachPolicies => ({ identity: [], scps: [], rcps: [], resource })

const decided = (what: string, sizes: readonly number[], make: (size: number) => PolicyJson): readonly Series[] => [
  {
    what: `parsePolicy, ${what}`,
    sizes,
    prepare(size) {
      const json = make(size)
      return () => parsed(json).allows.length > 0
    },
  },
  {
    what: `evaluate, ${what}`,
    sizes,
    prepare(size) {
      const policies = alone(parsed(make(size)))
      return () => evaluate(request, policies).effect === 'allow'
    },
  },
]

/** The document is read anew for every call: what the prover keeps of a statement is part of its cost. */
const reached = (what: string, sizes: readonly number[], make: (size: number) => PolicyJson): Series => ({
  what: `reach, ${what}`,
  sizes,
  prepare(size) {
    const json = make(size)
    return () => {
      const found = reach(request.principal, request.action, request.resource, alone(parsed(json)))
      return found.reached.length > 0 && found.undecided.length === 0
    }
  },
})

const intent: Intent = {
  identityProviders: [],
  networks: [{ kind: 'privateCidr', name: 'office', cidrs: ['10.100.10.0/24'], through: { endpoint: 'deployed' } }],
  domains: [{ name: 'research', id: 'deployed' }],
  executionRoles: [],
  rules: [],
  profiles: [],
  urlSeconds: 20,
  audience: 'urn:studio-gate',
  acsUrlForm: 'endpoint-alias',
}

const role = (trusted: object, statements: readonly object[]): object => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: document([{ Effect: 'Allow', Principal: trusted, Action: 'sts:AssumeRole' }]),
    // The inline policies of a role have a limit together; each of them alone must keep to it.
    Policies: each(Math.ceil(statements.length / 20), (at) => ({
      PolicyName: `p${at}`,
      PolicyDocument: document(statements.slice(at * 20, at * 20 + 20)),
    })),
  },
})

const lambda = { Service: 'lambda.amazonaws.com' }
const profile = (name: string): string => `arn:aws:sagemaker:eu-central-1:${account}:user-profile/d-1/${name}`
const opens = (name: string): object => ({
  Effect: 'Allow',
  Action: ['sagemaker:CreatePresignedDomainUrl', 'iam:PutRolePolicy'],
  Resource: profile(name),
})

const templateOf = (resources: Readonly<Record<string, object>>): Template => {
  const reading = parseTemplate({ Resources: { Domain: { Type: 'AWS::SageMaker::Domain' }, ...resources } }, 'grown')
  if (!reading.ok) throw new Error(reading.errors.map(({ message }) => message).join('\n'))
  return reading.template
}

/** Keeps everybody from every door. */
const scp = document([{ Effect: 'Deny', Action: 'sagemaker:*', Resource: '*' }])
const options = { scps: [{ file: 'scp.json', json: scp }] }

const templates: Readonly<Record<string, (size: number) => Template>> = {
  'roles with a policy each': (size) =>
    templateOf(Object.fromEntries(each(size, (at) => [`Role${at}`, role(lambda, [opens(`u${at}`)])]))),
  'endpoints with a policy each': (size) =>
    templateOf({
      Role: role(lambda, [opens('alice')]),
      ...Object.fromEntries(
        each(size, (at) => [
          `Endpoint${at}`,
          {
            Type: 'AWS::EC2::VPCEndpoint',
            Properties: {
              VpcId: 'vpc-1',
              ServiceName: 'com.amazonaws.eu-central-1.sagemaker.api',
              PolicyDocument: document([{ Effect: 'Allow', Principal: '*', Action: '*', Resource: profile('alice') }]),
            },
          },
        ]),
      ),
    }),
}

const statementsOfARole = (size: number): Template =>
  templateOf({
    Role: role(
      lambda,
      each(size, (at) => opens(`u${at}`)),
    ),
  })

const proved = (what: string, sizes: readonly number[], make: (size: number) => Template): readonly Series[] => [
  {
    what: `confined, ${what}`,
    sizes,
    prepare(size) {
      const template = make(size)
      return () => confined(template, intent, options).verdict === 'proved'
    },
  },
  {
    what: `compare, ${what}`,
    sizes,
    prepare(size) {
      const [before, after] = [make(size), make(size + 1)]
      return () =>
        compare({ template: before, intent, options }, { template: after, intent, options }).opened.length === 0
    },
  },
]

const statements = [10, 100, 1_000, 10_000]
const blocks = [100, 1_000, 10_000, 100_000]
const things = [10, 100, 1_000]

export const series: readonly Series[] = [
  ...decided('statements', statements, endpointsOf),
  ...decided('blocks of one condition', blocks, blocksOf),
  ...decided('blocks, ten to a statement', blocks, spreadOf),
  reached('blocks of one condition', blocks, blocksOf),
  reached('blocks, ten to a statement', blocks, spreadOf),
  ...Object.entries(documents).map(([what, make]) => reached(what, statements, make)),
  ...Object.entries(conditions).map(([what, make]) => reached(what, things, make)),
  ...proved('statements of a role', statements, statementsOfARole),
  ...Object.entries(templates).flatMap(([what, make]) => proved(what, things, make)),
]
