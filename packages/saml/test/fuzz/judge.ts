/** Judges the documents of the fuzzing: never a throw, never a wrong accept, never a false refusal, never too dear. */
import { claimedIssuer, verifyResponse } from '../../src/index.ts'
import { costs, proportion } from '../cost.ts'
import { identityOf } from '../identity.ts'
import { documentsFrom, type FuzzDocument, type Kind } from './documents.ts'
import { scene } from './grammar.ts'
import { type AllLegitimate, makeLegitimate, measuredAgain, nearest } from './legitimate.ts'
import { type World, worldOf } from './original.ts'

/** What must not be; with the seed, the index makes the same document again. */
export interface Finding {
  readonly index: number
  readonly problem: string
  readonly how: string
}

export interface Tally {
  readonly documents: Readonly<Record<Kind, number>>
  readonly refused: number
  /** Accepted with the identity of one of the two genuine responses. */
  readonly same: number
  readonly octets: number
  /** The dearest that was measured again: times a legitimate response of its size. */
  readonly dearest: { readonly times: number; readonly how: string }
  readonly findings: readonly Finding[]
}

export const nothing: Tally = {
  documents: { untouched: 0, forged: 0, mutated: 0, plaintext: 0, bytes: 0, field: 0, hostile: 0 },
  refused: 0,
  same: 0,
  octets: 0,
  dearest: { times: 0, how: 'nothing' },
  findings: [],
}

/** Both tallies together. */
export function sum(left: Tally, right: Tally): Tally {
  const documents = { ...left.documents }
  for (const kind of Object.keys(documents) as readonly Kind[]) documents[kind] += right.documents[kind]
  return {
    documents,
    refused: left.refused + right.refused,
    same: left.same + right.same,
    octets: left.octets + right.octets,
    dearest: left.dearest.times < right.dearest.times ? right.dearest : left.dearest,
    findings: [...left.findings, ...right.findings],
  }
}

/** A judge for a seed: its keys are made once, and what legitimate responses cost is measured again and again. */
export interface Judge {
  /** Judges `count` documents from an index on. */
  judge(from: number, count: number): Tally
  /** One document, and what is wrong with it. */
  only(index: number): { readonly document: FuzzDocument; readonly answer: string; readonly tally: Tally }
}

export function createJudge(seed: number): Judge {
  const world = worldOf(seed)
  let legitimate = makeLegitimate(world)
  let dearest = 0
  const judge = (from: number, count: number): Tally => {
    legitimate = measuredAgain(legitimate)
    const tally = judgeDocuments(world, from, count, legitimate, dearest)
    dearest = Math.max(dearest, tally.dearest.times)
    return tally
  }
  const only = (index: number) => {
    const [document] = documentsFrom(world, index)
    if (document === undefined) throw new Error('no document')
    const verdict = attempt(() => verifyResponse(document.samlResponse, document.original.trust, scene.now))
    const answer = typeof verdict === 'string' ? verdict : verdict.ok ? identityOf(verdict) : verdict.refusal.code
    return { document, answer, tally: judge(index, 1) }
  }
  return { judge, only }
}

function judgeDocuments(
  world: World,
  from: number,
  count: number,
  legitimate: AllLegitimate,
  dearestSoFar: number,
): Tally {
  const documents = { ...nothing.documents }
  const findings: Finding[] = []
  let [refused, same, octets, index] = [0, 0, 0, from]
  let dearest = { times: 0, how: 'nothing' }
  for (const document of documentsFrom(world, from)) {
    if (index === from + count) break
    documents[document.kind]++
    octets += document.size
    const begin = performance.now()
    const answer = answerTo(document)
    const took = performance.now() - begin
    if (answer === 'refused') refused++
    else if (answer === 'same') same++
    else findings.push({ index, problem: answer, how: document.how })
    const good = nearest(legitimate, document)
    const scale = Math.max(1, document.size / good.size)
    // Only the shortest of several turns counts, and only what promises to be a record is worth them.
    if (took > good.usual * scale * Math.max(dearestSoFar, dearest.times, 1)) {
      const { samlResponse, original } = document
      const times = costs({ samlResponse, trust: original.trust, now: scene.now }, good, scale)
      if (times > dearest.times) dearest = { times, how: document.how }
      if (times >= proportion) {
        findings.push({ index, problem: `costs ${times.toFixed(1)} times a legitimate one`, how: document.how })
      }
    }
    index++
  }
  return { documents, refused, same, octets, dearest, findings }
}

/** `refused`, `same`, or what is wrong. */
function answerTo({ samlResponse, original, mustSay }: FuzzDocument): string {
  const verdict = attempt(() => verifyResponse(samlResponse, original.trust, scene.now))
  if (typeof verdict === 'string') return verdict
  if (!verdict.ok) {
    return mustSay === undefined
      ? 'refused'
      : `a legitimate response was refused: ${verdict.refusal.code}, ${verdict.refusal.detail}`
  }
  const said = identityOf(verdict)
  if (mustSay !== undefined && said !== mustSay) return `a legitimate response was read wrong: ${said}, not ${mustSay}`
  if (said !== original.alice.identity && said !== original.bob.identity) return `a wrong accept: ${said}`
  const claimed = claimedIssuer(samlResponse)
  return claimed === scene.idp ? 'same' : `accepted, and claimed by ${claimed}`
}

function attempt<T>(work: () => T): T | string {
  try {
    return work()
  } catch (error) {
    return `a throw: ${error instanceof Error ? error.stack : String(error)}`
  }
}
