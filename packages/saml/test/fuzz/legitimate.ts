/** Legitimate responses of many sizes, signed with every key: what others are measured by. */
import { verifyResponse } from '../../src/index.ts'
import { type Judged, turn } from '../cost.ts'
import { randomFrom } from '../random.ts'
import { signElement } from '../signing.ts'
import type { FuzzDocument } from './documents.ts'
import { compose, scene } from './grammar.ts'
import { type KeyName, keyNames, trustOf, type World } from './original.ts'
import { type Node, write } from './writing.ts'

export interface Legitimate extends Judged {
  /** Of the XML, in octets. */
  readonly size: number
  /** The shortest that it was seen to take, in milliseconds. */
  readonly usual: number
}

/** Octets, roughly; the first has nothing added. */
const sizes = [0, 8_000, 16_000, 32_000, 64_000, 128_000, 160_000]

/** By key, because a curve alone may cost ten times what RSA does. */
export type AllLegitimate = ReadonlyMap<KeyName, readonly Legitimate[]>

export function makeLegitimate(world: World): AllLegitimate {
  return new Map(keyNames.map((key) => [key, signedWith(key, world)]))
}

function signedWith(key: KeyName, world: World): readonly Legitimate[] {
  const trust = trustOf(world, { signature: 'assertion', isEncrypted: false, keys: [key] })
  const algorithm = key === 'rsa' ? 'rsa-sha256' : 'ecdsa-sha256'
  return sizes.map((size) => {
    const { root } = compose('alice', false, randomFrom(7))
    const xml = write(withGroups(root, Math.floor(size / 70)), randomFrom(8))
    const signed = signElement(xml, { of: 'Assertion', key, algorithm, prefixList: '', keyInfo: 'none' }, world.keys)
    const octets = Buffer.from(signed)
    const judged = { samlResponse: octets.toString('base64'), trust, now: scene.now, size: octets.length }
    if (!verifyResponse(judged.samlResponse, trust, scene.now).ok) throw new Error(`${size}: not legitimate`)
    return { ...judged, usual: shortest(judged, 20) }
  })
}

/** Measured again: what was slow at the start of a process is fast later. */
export function measuredAgain(all: AllLegitimate): AllLegitimate {
  const again = (one: Legitimate) => ({ ...one, usual: Math.min(one.usual, turn(one)) })
  return new Map([...all].map(([key, each]) => [key, each.map(again)]))
}

/** Signed with the same key, the largest that is not larger than a document, or the smallest. */
export function nearest(all: AllLegitimate, { size, original }: FuzzDocument): Legitimate {
  const alike = all.get(original.key) ?? []
  const found = alike.findLast((one) => one.size <= size) ?? alike[0]
  if (found === undefined) throw new Error('no legitimate response')
  return found
}

function shortest(judged: Judged, turns: number): number {
  return Math.min(...Array.from({ length: turns }, () => turn(judged)))
}

/** Membership of many groups makes a response large. */
function withGroups(response: Node, count: number): Node {
  const values = Array.from({ length: count }, (_, at): Node => {
    return { namespace: 'saml', name: 'AttributeValue', content: `a-group-of-the-company-${at}` }
  })
  const groups: Node = { namespace: 'saml', name: 'Attribute', attributes: { Name: 'all groups' }, content: values }
  const inside = (node: Node): Node => {
    if (typeof node.content !== 'object') return node
    if (node.name === 'AttributeStatement') return { ...node, content: [...node.content, groups] }
    return { ...node, content: node.content.map(inside) }
  }
  return inside(response)
}
