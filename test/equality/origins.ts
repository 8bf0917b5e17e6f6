/** Where requests come from, as contexts: the places that the walls could tell apart, at addresses on both sides of every edge. */
import { type ContextValue, type Intent, ipInCidr } from '@studio-gate/policy'
import type { Generator } from '../../packages/policy/test/generator.ts'
import { places } from './walls.ts'

export interface From {
  /** Absent: over the internet. */
  readonly endpoint?: string
  readonly vpc?: string
  readonly address: string
}

const own: Readonly<Record<string, string>> = {
  'vpce-0api': 'vpc-0own',
  'vpce-0studio': 'vpc-0own',
  'vpce-0acs': 'vpc-0own',
}

/** First and last address of a block, and the one after: enough to see a block that is wider or narrower by a bit. */
const around = (cidr: string): readonly string[] => {
  const [base = '', prefix = '0'] = cidr.split('/')
  if (base.includes(':')) return [base === '::' ? '::1' : base, `${base.replace(/::.*$/, '')}::ffff`, '2001:db9::1']
  const value = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - Number(prefix))
  const text = (number: number) => [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join('.')
  return [value, value + size - 1, Math.max(value - 1, 0), Math.min(value + size, 2 ** 32 - 1)].map(text)
}

export const drawOrigin = (random: Generator, intent: Intent): From => {
  const { gateSubnetCidrs, studioSubnetCidrs } = places(intent)
  const cidrs = [
    ...intent.networks.flatMap((network) => ('cidrs' in network ? network.cidrs : [])),
    ...gateSubnetCidrs,
    ...studioSubnetCidrs,
  ]
  const address = random.pick([...cidrs.flatMap(around), '8.8.8.8'] as unknown as readonly [string, ...string[]])
  if (random.chance(20)) return { address }
  const endpoint = random.pick([
    'vpce-0api',
    'vpce-0api',
    'vpce-0studio',
    'vpce-0studio',
    'vpce-0acs',
    'vpce-0123456789abcdef0',
    'vpce-0aaaaaaaaaaaaaaaa',
    'vpce-0cccccccccccccccc',
  ])
  const vpc = own[endpoint] ?? random.pick(['vpc-0123456789abcdef0', 'vpc-0bbbbbbbbbbbbbbbb', 'vpc-0dddddddddddddddd'])
  return { endpoint, vpc, address }
}

/** Row 2.1. */
export const contextOf = ({ endpoint, vpc, address }: From): Readonly<Record<string, ContextValue>> =>
  endpoint === undefined || vpc === undefined
    ? { 'aws:SourceIp': address }
    : { 'aws:SourceVpce': endpoint, 'aws:SourceVpc': vpc, 'aws:VpcSourceIp': address }

/** Whether the address is in one of the blocks. */
export const isIn = (address: string, cidrs: readonly string[]): boolean =>
  cidrs.some((cidr) => ipInCidr(address, cidr))
