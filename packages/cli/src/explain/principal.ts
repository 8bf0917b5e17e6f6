/** Who asks: `--principal` as a credential of the planned world. */
import type { PolicyJson, Principal } from '@studio-gate/policy'
import type { Ask, Plan } from '@studio-gate/twin'
import { exitCodes, Trouble } from '../trouble.ts'
import { nearestOf } from './resources.ts'

type Credential = Exclude<Ask['credential'], 'anonymous'>

export interface Asking {
  readonly credential: Ask['credential']
  /** In a sentence: `a session of the role X`. */
  readonly words: string
  /** What had to be assumed about this principal. */
  readonly assumed: readonly string[]
  /** Other policies than those of the planned world. */
  readonly policies?: Ask['policies']
}

/** The session name of a role that is given without one. */
const sessionName = 'explained'

/** Throws `Trouble` for what is neither a role of the template, nor an ARN of a principal, nor a service, nor `anonymous`. */
export function principalOf(given: string, plan: Plan): Asking {
  if (given === 'anonymous') return { credential: 'anonymous', words: 'an anonymous caller', assumed: [] }
  if (/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(given))
    return known({ kind: 'service', service: given }, plan.world.accountId, `the service ${given}`, plan)
  const arn = plan.resources.get(given)?.arn ?? given
  const session = /^arn:([a-z-]+):sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/([\w+=,.@-]{2,64})$/.exec(arn)
  if (session) {
    const [, partition = '', account = '', role = '', name = ''] = session
    // The ARN of a session leaves the role's path out.
    const own = [...plan.world.roles.values()].find((one) => one.name === role && one.arn.split(':')[4] === account)
    return roleSession(own?.arn ?? `arn:${partition}:iam::${account}:role/${role}`, name, plan)
  }
  const [, account = '', name = ''] = /^arn:[a-z-]+:iam::(\d{12}):((?:role|user)\/.+|root)$/.exec(arn) ?? []
  if (name.startsWith('role/')) return roleSession(arn, sessionName, plan)
  if (name.startsWith('user/')) return stranger({ kind: 'user', arn }, account, `the user ${name.slice(5)}`, plan)
  if (name === 'root') return known({ kind: 'root', accountId: account }, account, `the root user of ${account}`, plan)
  const roles = [...plan.resources].filter(([, { arn: own }]) => own !== undefined && plan.world.roles.has(own))
  throw new Trouble(
    `\`${given}\` is no principal`,
    '--principal',
    `${nearestOf(
      given,
      roles.map(([logicalId]) => logicalId),
    )}, or the ARN of a role, session, user or root, a service such as lambda.amazonaws.com, or anonymous`,
    exitCodes.badInput,
  )
}

function roleSession(roleArn: string, name: string, plan: Plan): Asking {
  const account = roleArn.split(':')[4] ?? ''
  const principal = { kind: 'role-session', roleArn, sessionName: name } as const
  const words = `the session ${name} of the role ${roleArn.slice(roleArn.indexOf(':role/') + 6)}`
  return plan.world.roles.has(roleArn)
    ? known(principal, account, words, plan)
    : stranger(principal, account, words, plan)
}

/** The same, in a session that a policy limits. Throws `Trouble` for whoever has no session. */
export function withSessionPolicy(asking: Asking, document: PolicyJson | undefined): Asking {
  if (document === undefined) return asking
  const { credential, policies } = asking
  if (credential === 'anonymous' || credential.principal.kind !== 'role-session')
    throw new Trouble(
      `${asking.words} has no session policy: a session of a role has`,
      '--session-policy',
      'leave it out, or name a role or a session with --principal',
      exitCodes.badInput,
    )
  const session = { name: 'session policy', document }
  return {
    ...asking,
    credential: { ...credential, sessionPolicy: session },
    ...(policies === undefined ? {} : { policies: { ...policies, session } }),
  }
}

const everything = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } as const

/** A principal whose own policies stand elsewhere: whatever holds it back must be a wall of the template or an SCP. */
function stranger(principal: Principal, account: string, words: string, plan: Plan): Asking {
  const own = account === plan.world.accountId
  return {
    ...known(principal, account, words, plan),
    policies: {
      identity: [{ name: 'assumed: Allow *', document: everything }],
      scps: own ? plan.world.scps : [],
    },
    assumed: [
      `${words} is no resource of the template: its own policies are taken to allow everything`,
      ...(own ? [] : [`account ${account} is taken to have no service control policies`]),
    ],
  }
}

function known(principal: Principal, accountId: string, words: string, { world }: Plan): Asking {
  const credential: Credential = {
    accessKeyId: '',
    secretAccessKey: '',
    principal,
    accountId,
    issuedAt: world.now(),
    // A role's session has a token, whose issue time is a condition key; nobody signs with this one.
    ...(principal.kind === 'role-session' ? { sessionToken: '' } : {}),
    sessionContext: {},
  }
  return { credential, words, assumed: [] }
}
