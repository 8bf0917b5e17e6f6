/** The options of `studio-gate explain` as one request to the policies of a planned template. */
import { type ContextValue, isPrivateAddress, type PolicyJson, parseAddress } from '@studio-gate/policy'
import { type Ask, judgeOnPaper, type Plan } from '@studio-gate/twin'
import { exitCodes, Trouble } from '../trouble.ts'
import { principalOf, withSessionPolicy } from './principal.ts'
import { endpointOf, resourceOf, resourcePolicyOf, withIds } from './resources.ts'

export interface Question {
  readonly principal: string
  /** `service:Operation` */
  readonly action: string
  readonly resource: string
  readonly endpoint?: string
  readonly address?: string
  /** `key=value`; a key given twice has two values. */
  readonly context: readonly string[]
  /** A policy that limits the session, judged as a document already. */
  readonly sessionPolicy?: PolicyJson
}

export interface Answer extends ReturnType<typeof judgeOnPaper> {
  /** The request in a sentence. */
  readonly asked: string
  /** What had to be assumed, as sentences without a full stop. */
  readonly assumed: readonly string[]
}

/** Throws `Trouble` for an option that makes no request. */
export function ask(question: Question, plan: Plan): Answer {
  const { action } = question
  if (!/^[a-z0-9-]+:[A-Za-z0-9]+$/i.test(action))
    throw bad(`\`${action}\` is no action`, '--action', 'write it as service:Operation, without wildcards')
  const asking = withSessionPolicy(principalOf(question.principal, plan), question.sessionPolicy)
  const resource = resourceOf(question.resource, plan)
  const { origin, from, assumed } = originOf(question, plan)
  const resourcePolicy = resourcePolicyOf(action, resource, plan)
  const plain: Ask = {
    credential: asking.credential,
    action,
    resource,
    // Some ARNs, such as a bucket's, do not tell whose they are.
    resourceAccount: /^\d{12}$/.test(resource.split(':')[4] ?? '')
      ? (resource.split(':')[4] ?? '')
      : plan.world.accountId,
    origin,
    http: {},
    ...(asking.policies === undefined ? {} : { policies: asking.policies }),
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
  }
  // Only what the request has shows under which spelling a key is there already.
  const own = judgeOnPaper(plan, plain).request.context
  const context = contextOf(question.context, own, plan)
  return {
    ...judgeOnPaper(plan, { ...plain, context }),
    asked: `${asking.words} asks for ${action} on ${resource}, ${from}.`,
    assumed: [...asking.assumed, ...assumed],
  }
}

function originOf({ endpoint: given, address }: Question, plan: Plan) {
  if (address !== undefined && parseAddress(address) === undefined)
    throw bad(`\`${address}\` is no IP address`, '--address', 'give one address, IPv4 or IPv6, without a prefix length')
  if (given !== undefined) {
    if (address === undefined)
      throw bad(
        'a request through an endpoint has an address, too',
        '--endpoint',
        'add --address with the one it has there',
      )
    const { endpoint, name } = endpointOf(given, plan)
    const from = `through the endpoint ${name} (${endpoint.id}) from ${address}`
    return { origin: { host: 'asked', address, endpoint }, from, assumed: [] }
  }
  if (address === undefined)
    throw bad(
      'nothing says where the request comes from',
      'studio-gate explain',
      'add --address, and --endpoint for a request through a VPC endpoint',
    )
  const assumed = isPrivateAddress(address)
    ? [`${address} is a private address, which no request has that comes without an endpoint`]
    : []
  return { origin: { host: 'asked', address }, from: `from the internet at ${address}`, assumed }
}

/** Keys are compared without regard to case (3.20), so one that is there already keeps its spelling. */
function contextOf(
  given: readonly string[],
  own: Readonly<Record<string, ContextValue>>,
  plan: Plan,
): Readonly<Record<string, ContextValue>> {
  const spellings = new Map(Object.keys(own).map((key) => [key.toLowerCase(), key]))
  const values = new Map<string, readonly string[]>()
  for (const each of given) {
    const at = each.indexOf('=')
    if (at < 1) throw bad(`\`${each}\` is no context key with its value`, '--context', 'write it as key=value')
    const key = spellings.get(each.slice(0, at).toLowerCase()) ?? each.slice(0, at)
    spellings.set(key.toLowerCase(), key)
    values.set(key, [...(values.get(key) ?? []), withIds(each.slice(at + 1), plan, `--context ${key}`, false)])
  }
  return Object.fromEntries(
    [...values].map(([key, several]) => [key, several.length === 1 ? (several[0] ?? '') : several]),
  )
}

function bad(what: string, where: string, todo: string): Trouble {
  return new Trouble(what, where, todo, exitCodes.badInput)
}
