/** What a change of the template opens and closes, on the terminal and as data. The comparison itself is that of packages/policy. */
import { writeFileSync } from 'node:fs'
import { type Change, type Comparison, compare, evaluate, explain, originWords } from '@studio-gate/policy'
import type { Session } from '../command.ts'
import { shownPath } from '../shown-path.ts'
import { wrap } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { type ExitCode, exitCodes } from '../trouble.ts'
import { productVersion } from '../version.ts'
import { type Case, type CaseOptions, readCase, refusedBy } from './case.ts'
import { fromWhere, namesOf } from './table.ts'

export async function compareTemplates(
  before: CaseOptions,
  after: CaseOptions,
  json: string | undefined,
  session: Session,
): Promise<ExitCode> {
  const old = await readCase(before, session)
  // Notes about the declaration were printed by then.
  const now = await readCase(after, { ...session, terminal: { ...session.terminal, note: () => undefined } })
  const side = ({ template, intent, options }: Case) => ({ template, intent, options })
  const comparison = refusedBy(now.shown.template, () => compare(side(old), side(now)))
  for (const change of [...comparison.opened, ...comparison.closed]) replay(change)
  show(comparison, namesOf(now), session.terminal)
  if (json !== undefined) {
    writeFileSync(json, recordOf(old, now, comparison))
    session.terminal.note(`written: ${shownPath(json)}`)
  }
  if (comparison.opened.length > 0) return exitCodes.differs
  return comparison.unknown.length > 0 ? 2 : exitCodes.ok
}

/** A change counts only if the evaluator, which shares no deciding code with the prover, allows its witness. */
function replay({ witness, subject, door }: Change): void {
  if (evaluate(witness.request, witness.policies).effect !== 'allow')
    throw new Error(`the evaluator does not allow what the prover found: ${subject.name} ${door}`)
}

function show({ opened, closed, unknown }: Comparison, name: (id: string) => string, terminal: Terminal): void {
  const count = (changes: readonly Change[]) => new Set(changes.map(titleOf)).size
  const colour = opened.length > 0 ? 'red' : unknown.length > 0 ? 'yellow' : 'green'
  const headline = `${count(opened)} opened, ${count(closed)} closed, ${unknown.length} not decided.`
  terminal.line(terminal.style(colour, terminal.style('bold', headline)))
  for (const [sign, style, changes] of [['+', 'red', opened] as const, ['-', 'green', closed] as const]) {
    for (const title of new Set(changes.map(titleOf))) {
      const own = changes.filter((change) => titleOf(change) === title)
      terminal.line()
      terminal.line(terminal.style(style, `${sign} ${title}`))
      const places = new Set(own.flatMap(({ origins }) => origins.map((part) => fromWhere(part, name))))
      for (const place of places) terminal.line(`    from ${place}`)
      const [{ witness, resource } = { witness: undefined, resource: '' }] = own
      if (witness === undefined) continue
      const from = witness.address === undefined ? name(originWords(witness.origin)) : witness.address
      terminal.line(`    for one, ${resource} from ${from}; asked of the evaluator:`)
      for (const sentence of explain(evaluate(witness.request, witness.policies)))
        for (const line of wrap(sentence, Math.min(terminal.width, 140) - 6)) terminal.line(`      ${line}`)
    }
  }
  if (unknown.length > 0) terminal.line()
  for (const { policy, construct } of unknown) terminal.line(`? not decided: ${policy}: ${construct}`)
}

const titleOf = ({ subject, door }: Change): string => `${subject.name}: ${door}`

function recordOf(before: Case, after: Case, { opened, closed, unknown }: Comparison): string {
  const plain = ({ subject, door, resource, origins, witness }: Change) => ({
    principal: subject,
    door,
    resource,
    origins: origins.map(({ origin, cidrs }) => ({ origin, words: originWords(origin), cidrs })),
    request: witness.request,
    replayed: explain(evaluate(witness.request, witness.policies)),
  })
  const record = {
    tool: { name: 'studio-gate', version: productVersion() },
    command: 'compare',
    before: before.digests,
    after: after.digests,
    opened: opened.map(plain),
    closed: closed.map(plain),
    unknown,
  }
  return `${JSON.stringify(record, null, 2)}\n`
}
