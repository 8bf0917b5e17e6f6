/** What is asked for and where from: logical ids of the template replaced by what the deployment would make of them. */
import type { Ask, Plan } from '@studio-gate/twin'
import { suggestion } from '../suggestion.ts'
import { exitCodes, Trouble } from '../trouble.ts'

/** Words for a name that is none of the known ones. */
export function nearestOf(given: string, known: readonly string[]): string {
  return suggestion(given, known) ?? (known.length > 0 ? `take one of ${known.join(', ')}` : 'the template has none')
}

/** `${LogicalId}` stands for the id of that resource; a logical id alone, where `alone` is set, for its ARN. */
export function withIds(text: string, plan: Plan, option: string, alone: boolean): string {
  const whole = alone ? plan.resources.get(text)?.arn : undefined
  if (whole !== undefined) return whole
  return text.replace(/\$\{([^}]*)\}/g, (_, logicalId: string) => {
    const id = plan.resources.get(logicalId)?.id
    if (id !== undefined) return id
    const withId = [...plan.resources].filter(([, resource]) => resource.id !== undefined).map(([name]) => name)
    const todo = suggestion(logicalId, withId) ?? 'name a resource of the template by its logical id'
    throw new Trouble(`the template makes nothing with an id from \`${logicalId}\``, option, todo, exitCodes.badInput)
  })
}

/** The ARN after `--resource`, judged in shape only. */
export function resourceOf(given: string, plan: Plan): string {
  const arn = withIds(given, plan, '--resource', true)
  if (arn === '*' || arn.split(':').length >= 6) return arn
  throw new Trouble(
    `\`${given}\` is no ARN`,
    '--resource',
    'give an ARN, in which ${LOGICAL_ID} stands for an id, the logical id of something with an ARN, or *',
    exitCodes.badInput,
  )
}

export type Endpoint = NonNullable<Ask['origin']['endpoint']>

/** An endpoint of the template by its logical id or id. */
export function endpointOf(given: string, plan: Plan): { readonly endpoint: Endpoint; readonly name: string } {
  const known = [...plan.resources].filter(([, { id }]) => id !== undefined && plan.world.endpoints.has(id))
  const [name, resource] = known.find(([logicalId, { id }]) => logicalId === given || id === given) ?? []
  const endpoint = resource?.id === undefined ? undefined : plan.world.endpoints.get(resource.id)
  if (name !== undefined && endpoint) return { endpoint, name }
  throw new Trouble(
    `\`${given}\` is no VPC endpoint of the template`,
    '--endpoint',
    nearestOf(
      given,
      known.map(([logicalId]) => logicalId),
    ),
    exitCodes.badInput,
  )
}

/** The resource's own policy, as far as templates here have one: of an API for its invocation, of a role for assuming it. */
export function resourcePolicyOf(action: string, resource: string, { world }: Plan): Ask['resourcePolicy'] {
  const service = action.slice(0, action.indexOf(':')).toLowerCase()
  const role = world.roles.get(resource)
  if (service === 'sts' && role) return { kind: 'trust', policy: role.trust }
  const [, , , region, account, path = ''] = resource.split(':')
  const api = world.apis.get(path.slice(0, path.indexOf('/')))
  const ours = service === 'execute-api' && region === world.region && account === world.accountId
  return ours && api ? { kind: 'resource', policy: api.policy } : undefined
}
