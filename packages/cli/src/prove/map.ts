/** The networks that are let in, as a map: places with the blocks that come through them, and who can open what from there. */
import { type Confinement, type DoorReach, type Origin, type Origins, originWords } from '@studio-gate/policy'
import type { Case } from './case.ts'
import { namesOf, resourcesIn, shortened } from './table.ts'

export interface MapEntry {
  /** Blocks, `every address`, or `any` where the policies see no address. */
  readonly blocks: string
  readonly who: string
  readonly doors: readonly string[]
  /** Beyond the declaration, declared and yet closed, or perhaps open. */
  readonly verdict: DoorReach['verdict']
}

export interface MapPlace {
  readonly name: string
  readonly kind: 'internet' | 'endpoint' | 'service'
  /** Empty: nobody gets in from here. */
  readonly entries: readonly MapEntry[]
}

/** The internet and every endpoint of the template stand there even where nothing opens. */
export function mapOf(read: Case, { doors }: Confinement): readonly MapPlace[] {
  const name = namesOf(read)
  const places = new Map<string, { kind: MapPlace['kind']; entries: Map<string, MapEntry> }>()
  const place = (title: string, kind: MapPlace['kind']) => {
    const known = places.get(title) ?? { kind, entries: new Map<string, MapEntry>() }
    places.set(title, known)
    return known
  }
  place('the internet', 'internet')
  for (const { path, type } of resourcesIn(read.template)) if (type === 'AWS::EC2::VPCEndpoint') place(path, 'endpoint')
  for (const { subject, door, reach, excess, shortfall } of doors) {
    const beyond = ({ origin }: Origins) =>
      excess.reached.some((each) => originWords(each.origin) === originWords(origin))
    const parts: readonly (readonly [Origins, MapEntry['verdict']])[] = [
      ...reach.reached.map((part) => [part, beyond(part) ? 'counterexample' : 'confined'] as const),
      ...reach.undecided.map((part) => [part, 'unknown'] as const),
      ...shortfall.shut.map((part) => [part, 'shut out'] as const),
    ]
    for (const [part, verdict] of parts) {
      const { origin } = part
      const { entries } = place(name(placeWords(origin)), origin.kind)
      const blocks = part.cidrs.length === 0 ? 'any' : part.everywhere ? 'every address' : shortened(part.cidrs, 4)
      const key = `${blocks} ${subject.name} ${verdict}`
      const before = entries.get(key)?.doors ?? []
      const short = door.slice(door.indexOf(':') + 1)
      entries.set(key, { blocks, who: subject.name, doors: [...new Set([...before, short])], verdict })
    }
  }
  return [...places].map(([title, { kind, entries }]) => ({ name: title, kind, entries: [...entries.values()] }))
}

/** Shorter than in sentences. */
function placeWords(origin: Origin): string {
  if (origin.kind === 'service')
    return `AWS services (first hop: ${origin.firstHop === 'internet' ? 'internet' : 'endpoint'})`
  return originWords(origin.kind === 'endpoint' ? { ...origin, vpc: 'any' } : origin)
}

const signs = { confined: '──▶', counterexample: '━━✖', 'shut out': '──⊘', unknown: '──?' } as const

/** Drawn with letters: places on the left, who gets in behind the arrows; places from where nobody gets in are walls. */
export function mapLines(places: readonly MapPlace[], width: number): readonly string[] {
  const indent = Math.min(36, Math.max(...places.map(({ name }) => name.length)))
  return places.flatMap(({ name, entries }) => {
    const title = name.length > indent ? `${name.slice(0, indent - 1)}…` : name.padEnd(indent)
    if (entries.length === 0) return [`${title} ──┤ nobody`]
    return entries.map(({ blocks, who, doors, verdict }, at) => {
      const branch = entries.length === 1 ? '─' : at === 0 ? '┬' : at === entries.length - 1 ? '└' : '├'
      const line = `${at === 0 ? title : ' '.repeat(indent)} ${at === 0 ? '─' : ' '}${branch}─ ${blocks} ${signs[verdict]} ${who}: ${doors.join(', ')}`
      return line.length > width ? `${line.slice(0, width - 1)}…` : line
    })
  })
}
