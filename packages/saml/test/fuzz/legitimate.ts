/** Legitimate responses of many sizes: what others are measured by. */
import { verifyResponse } from '../../src/index.ts'
import { type Judged, turn } from '../cost.ts'
import { randomFrom } from '../random.ts'
import { signElement } from '../signing.ts'
import { compose, scene } from './grammar.ts'
import { trustOf, type World } from './original.ts'
import { type Node, write } from './writing.ts'

export interface Legitimate extends Judged {
  /** Of the XML, in octets. */
  readonly size: number
  /** The shortest that it was seen to take, in milliseconds. */
  readonly usual: number
}

/** Octets, roughly; the first has nothing added. */
const sizes = [0, 8_000, 16_000, 32_000, 64_000, 128_000, 160_000]

export function makeLegitimate(world: World): readonly Legitimate[] {
  const trust = trustOf(world, 'assertion')
  return sizes.map((size) => {
    const { root } = compose('alice', false, randomFrom(7))
    const xml = write(withGroups(root, Math.floor(size / 70)), randomFrom(8))
    const signed = signElement(xml, { of: 'Assertion', prefixList: '', keyInfo: 'none' }, world.keys)
    const octets = Buffer.from(signed)
    const judged = { samlResponse: octets.toString('base64'), trust, now: scene.now, size: octets.length }
    if (!verifyResponse(judged.samlResponse, trust, scene.now).ok) throw new Error(`${size}: not legitimate`)
    return { ...judged, usual: shortest(judged, 20) }
  })
}

/** Measured again: what was slow at the start of a process is fast later. */
export function measuredAgain(all: readonly Legitimate[]): readonly Legitimate[] {
  return all.map((one) => ({ ...one, usual: Math.min(one.usual, shortest(one, 3)) }))
}

/** The largest that is not larger than a document, or the smallest. */
export function nearest(all: readonly Legitimate[], size: number): Legitimate {
  const found = all.findLast((one) => one.size <= size) ?? all[0]
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
