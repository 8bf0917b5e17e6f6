/**
 * What the gate can say about networks: a courtesy and a caution, never a wall. The walls are policies (rows 1.13, 4.5);
 * the address seen here may be a hop's (row 4.7), and endpoint ids seen here are the API's, not Studio's.
 */
import { ipInCidr, type Network } from '@studio-gate/policy'

/** Whether a request from this address may come from the network. */
export type Presence = 'yes' | 'no' | 'unknown'

/** The blocks of a network that is made of them. */
export function cidrsOf(network: Network): readonly string[] {
  return network.kind === 'privateCidr' || network.kind === 'publicCidr' ? network.cidrs : []
}

/**
 * `no` only where the address evidently is the person's own and elsewhere: it lies in another declared network. An address
 * in no declared network must be a hop's, because the API's policy let the request in by the true one: `unknown`.
 */
export function presence(address: string, network: Network, declared: readonly Network[]): Presence {
  if (network.kind === 'endpoint' || network.kind === 'vpc') return 'unknown'
  if (network.cidrs.some((cidr) => ipInCidr(address, cidr))) return 'yes'
  return declared.some((other) => cidrsOf(other).some((cidr) => ipInCidr(address, cidr))) ? 'no' : 'unknown'
}

/**
 * Whether two networks may share an origin. Only what certainly cannot is `false`: two lists of addresses of one kind that
 * nowhere meet, or the internet against what comes through an endpoint (row 2.1).
 */
export function mayOverlap(a: Network, b: Network): boolean {
  if (a.name === b.name) return true
  if ((a.kind === 'publicCidr') !== (b.kind === 'publicCidr')) return false
  const [left, right] = [cidrsOf(a), cidrsOf(b)]
  if (left.length === 0 || right.length === 0) return true
  return left.some((one) => right.some((other) => cidrsMeet(one, other)))
}

/** Whether the text can be read as a block at all. */
export function isCidr(text: string): boolean {
  return ipInCidr(baseOf(text), text)
}

function cidrsMeet(a: string, b: string): boolean {
  return ipInCidr(baseOf(a), b) || ipInCidr(baseOf(b), a)
}

function baseOf(cidr: string): string {
  return cidr.split('/', 1)[0] ?? cidr
}
