/** The booted world as a map: what lies where, and which scenarios ended where. Data; `map-drawing.ts` draws it. */
import type { Layer, Twin } from '@studio-gate/twin'
import type { Outcome, Result } from './outcome.ts'

export interface MapHost {
  readonly name: string
  readonly kind: string
  readonly address: string
}

export interface MapSubnet {
  readonly id: string
  readonly cidr: string
  readonly public: boolean
  readonly hosts: readonly MapHost[]
}

export interface MapEndpoint {
  readonly id: string
  readonly service: string
  /** Name of its policy, as decisions call it. */
  readonly policy: string
}

export interface NetworkMap {
  readonly region: string
  readonly vpcs: readonly {
    readonly id: string
    readonly subnets: readonly MapSubnet[]
    readonly endpoints: readonly MapEndpoint[]
  }[]
  /** Hosts in no subnet: on the internet. */
  readonly outside: readonly MapHost[]
}

/** Where an arrow ends: at a service, at an endpoint in front of one, or nowhere. */
export type Stop = 'nowhere' | 'endpoint' | 'acs' | 'sagemaker' | 'studio'

/** All scenarios that went from one host to one stop with the same kind of end. `numbers` are positions in the table, from 1. */
export interface Arrow {
  readonly host: string
  readonly stop: Stop
  /** Id of the endpoint that refused, where one did. */
  readonly endpoint?: string
  readonly refused: boolean
  readonly scenarios: readonly { readonly number: number; readonly id: string; readonly matches: boolean }[]
}

export function readMap(twin: Pick<Twin, 'world' | 'hosts'>): NetworkMap {
  const { world, hosts } = twin
  const subnets = [...world.subnets.values()].toSorted((a, b) => byNumbers(a.cidr, b.cidr))
  const at = (id: string | undefined) =>
    hosts.filter((host) => host.subnet?.id === id).map(({ name, kind, address }) => ({ name, kind, address }))
  return {
    region: world.region,
    vpcs: [...new Set(subnets.map((subnet) => subnet.vpcId))].map((id) => ({
      id,
      subnets: subnets
        .filter((subnet) => subnet.vpcId === id)
        .map((subnet) => ({ id: subnet.id, cidr: subnet.cidr, public: subnet.public, hosts: at(subnet.id) })),
      endpoints: [...world.endpoints.values()]
        .filter((endpoint) => endpoint.vpcId === id)
        .map((endpoint) => ({ id: endpoint.id, service: endpoint.serviceName, policy: endpoint.policy.name }))
        .toSorted((a, b) => rank(a) - rank(b) || a.service.localeCompare(b.service)),
    })),
    outside: at(undefined),
  }
}

const stops: Readonly<Record<Layer, Stop>> = {
  'name resolution': 'nowhere',
  'no route': 'nowhere',
  'security group': 'nowhere',
  'endpoint policy': 'endpoint',
  'resource policy': 'acs',
  'gate code': 'acs',
  'IAM at mint': 'sagemaker',
  'IAM at use': 'studio',
  service: 'sagemaker',
}

/** The endpoint services in front of AWS's services, recognised by the ends of their names. */
export const frontDoors: Readonly<Record<Exclude<Stop, 'nowhere' | 'endpoint'>, RegExp>> = {
  acs: /\.execute-api$/,
  sagemaker: /\.sagemaker\.api$/,
  studio: /\.studio$/,
}

/** Where somebody with this outcome got to. */
export function stopOf(outcome: Outcome): Stop {
  const stop = outcome.layer && stops[outcome.layer]
  return stop ?? (outcome.result === 'inside' ? 'studio' : 'sagemaker')
}

/** Arrows in the order of their first scenario. What threw has no arrow. */
export function arrowsOf(results: readonly Result[], map: NetworkMap): readonly Arrow[] {
  const endpoints = map.vpcs.flatMap((vpc) => vpc.endpoints)
  const arrows = new Map<string, Arrow & { scenarios: Arrow['scenarios'][number][] }>()
  results.forEach((result, at) => {
    if (result.observed === undefined) return
    const refused = result.observed.result === 'refused'
    const stop = stopOf(result.observed)
    const words = [result.observed.reason, ...(result.observed.decision ?? [])].join(' ')
    const endpoint =
      stop === 'endpoint' ? endpoints.find(({ policy }) => words.includes(`\`${policy}\``))?.id : undefined
    const key = [result.host, stop, endpoint, refused].join('\n')
    const start = { host: result.host, stop, ...(endpoint === undefined ? {} : { endpoint }), refused, scenarios: [] }
    const arrow = arrows.get(key) ?? start
    arrow.scenarios.push({ number: at + 1, id: result.id, matches: result.matches })
    arrows.set(key, arrow)
  })
  return [...arrows.values()]
}

/** Endpoints stand in the order of the services behind them; the others follow. */
function rank({ service }: { readonly service: string }): number {
  const at = Object.values(frontDoors).findIndex((door) => door.test(service))
  return at < 0 ? 99 : at
}

/** `10.100.2.0/24` before `10.100.10.0/24`. */
function byNumbers(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
