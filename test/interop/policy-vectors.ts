/** The evaluator's vectors as plain questions: requests and documents, as `packages/policy/test` reads them. */
import type { ContextValue, PolicyJson, Principal, Request, StatementJson } from '@studio-gate/policy'
import type { Documents } from '../../bench/iam-simulate.ts'
import { vectorFiles } from '../../packages/policy/test/vectors.ts'

export interface Question {
  /** `file: case` */
  readonly name: string
  readonly request: Request
  readonly documents: Documents
  /** What the resource's policy is. */
  readonly kind: 'resource' | 'trust'
}

type Json = PolicyJson | readonly StatementJson[]

interface EvaluateCase {
  readonly case: string
  readonly request?: Partial<Request>
  readonly policies: {
    readonly identity?: readonly Json[]
    readonly session?: Json
    readonly boundary?: Json
    readonly scps?: readonly (readonly Json[])[]
    readonly rcps?: readonly (readonly Json[])[]
    readonly resource?: Json
    readonly trust?: Json
    readonly endpoint?: Json
  }
}

interface OperatorCase {
  readonly case: string
  readonly version?: '2008-10-17' | null
  readonly effect?: 'Deny'
  readonly condition: NonNullable<StatementJson['Condition']>
  readonly match: readonly Readonly<Record<string, ContextValue>>[]
  readonly noMatch: readonly Readonly<Record<string, ContextValue>>[]
}

export function vectorQuestions(): readonly Question[] {
  return [
    ...vectorFiles<EvaluateCase>('evaluate').flatMap(({ file, cases }) => cases.map((one) => fromEvaluate(file, one))),
    ...vectorFiles<OperatorCase>('operators').flatMap(({ file, cases }) =>
      cases.flatMap((one) => [...one.match, ...one.noMatch].map((context) => fromOperator(file, one, context))),
    ),
  ]
}

/** What an evaluate vector leaves out. */
const usual: Request = {
  principal: { kind: 'role-session', roleArn: 'arn:aws:iam::111122223333:role/minting', sessionName: 'alice' },
  action: 'sagemaker:CreatePresignedDomainUrl',
  resource: 'arn:aws:sagemaker:eu-central-1:111122223333:user-profile/d-1/alice',
  resourceAccount: '111122223333',
  context: {},
}

const document = (json: Json): PolicyJson =>
  'Statement' in json ? json : { Version: '2012-10-17', Statement: json as readonly StatementJson[] }

function fromEvaluate(file: string, { case: name, request, policies }: EvaluateCase): Question {
  const { identity = [], session, boundary, scps = [], rcps = [], trust, resource = trust, endpoint } = policies
  return {
    name: `${file}: ${name}`,
    request: { ...usual, ...request },
    kind: trust === undefined ? 'resource' : 'trust',
    documents: {
      identity: identity.map(document),
      scps: scps.map((level) => level.map(document)),
      rcps: rcps.map((level) => level.map(document)),
      ...(session === undefined ? {} : { session: document(session) }),
      ...(boundary === undefined ? {} : { boundary: document(boundary) }),
      ...(resource === undefined ? {} : { resource: document(resource) }),
      ...(endpoint === undefined ? {} : { endpoint: document(endpoint) }),
    },
  }
}

function fromOperator(file: string, one: OperatorCase, context: Readonly<Record<string, ContextValue>>): Question {
  const tested: StatementJson = { Effect: one.effect ?? 'Allow', Action: '*', Resource: '*', Condition: one.condition }
  const everything: StatementJson = { Effect: 'Allow', Action: '*', Resource: '*' }
  const version = one.version === undefined ? '2012-10-17' : one.version
  const principal = principalOf(context['aws:PrincipalArn'])
  const arn = principal.kind === 'role-session' ? principal.roleArn : principal.kind === 'user' ? principal.arn : ''
  return {
    name: `${file}: ${one.case}`,
    request: {
      principal,
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::bucket/key',
      resourceAccount: arn.split(':')[4] ?? '',
      context,
    },
    kind: 'resource',
    documents: {
      identity: [
        {
          ...(version === null ? {} : { Version: version }),
          Statement: one.effect === 'Deny' ? [everything, tested] : [tested],
        },
      ],
      scps: [],
      rcps: [],
    },
  }
}

function principalOf(arn: ContextValue | undefined): Principal {
  if (typeof arn !== 'string')
    return { kind: 'role-session', roleArn: 'arn:aws:iam::111122223333:role/r', sessionName: 's' }
  return arn.includes(':user/') ? { kind: 'user', arn } : { kind: 'role-session', roleArn: arn, sessionName: 's' }
}
