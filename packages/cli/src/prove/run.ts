/** From the options to a verdict on the terminal and in files. The prover itself is `confined` of packages/policy. */
import { writeFileSync } from 'node:fs'
import { type Confinement, type Contradiction, confined, evaluate, explain } from '@studio-gate/policy'
import type { Session } from '../command.ts'
import { shownPath } from '../shown-path.ts'
import { wrap } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { type ExitCode, exitCodes } from '../trouble.ts'
import { type Case, type CaseOptions, readCase, refusedBy } from './case.ts'
import { mapLines, mapOf } from './map.ts'
import { drawMap } from './map-svg.ts'
import { recordOf } from './record.ts'
import { sarifOf } from './sarif.ts'
import { columns, rowsOf } from './table.ts'

const exits = { proved: exitCodes.ok, counterexample: exitCodes.differs, unknown: 2 } as const
const colours = { proved: 'green', counterexample: 'red', unknown: 'yellow' } as const

export interface ProveOptions extends CaseOptions {
  readonly outputs: { readonly json?: string; readonly sarif?: string; readonly svg?: string }
}

export async function proveTemplate(options: ProveOptions, session: Session): Promise<ExitCode> {
  const read = await readCase(options, session)
  const confinement = refusedBy(read.shown.template, () => confined(read.template, read.intent, read.options))
  replay(confinement)
  const { terminal } = session
  show(read, confinement, terminal)
  const { json, sarif, svg } = options.outputs
  if (json !== undefined) writeFileSync(json, recordOf(read, confinement))
  if (sarif !== undefined) writeFileSync(sarif, sarifOf(read, confinement))
  if (svg !== undefined) writeFileSync(svg, drawMap(mapOf(read, confinement), confinement.verdict))
  for (const path of [json, sarif, svg]) if (path !== undefined) terminal.note(`written: ${shownPath(path)}`)
  return exits[confinement.verdict]
}

/** The prover and the evaluator share no code that decides, so the one's "no" counts only with the other's word for it. */
function replay({ counterexamples, shutOut }: Confinement): void {
  const findings = [
    { all: counterexamples, effect: 'allow' },
    { all: shutOut, effect: 'deny' },
  ]
  for (const { all, effect } of findings)
    for (const { request, policies, summary } of all)
      if (evaluate(request, policies).effect !== effect)
        throw new Error(`the evaluator does not agree with what the prover found: ${summary}`)
}

function show(read: Case, confinement: Confinement, terminal: Terminal): void {
  const { verdict, trusting, counterexamples, shutOut, unknown } = confinement
  const width = Math.min(terminal.width, 140)
  const paragraph = (text: string, indent = '  ') => {
    for (const line of wrap(text, width - indent.length)) terminal.line(`${indent}${line}`)
  }
  terminal.line(terminal.style(colours[verdict], terminal.style('bold', headline(confinement))))
  for (const each of verdict === 'proved' ? trusting : []) paragraph(each)
  terminal.line()
  for (const { sign, ...alike } of [...groups('✖', counterexamples), ...groups('⊘ shut out:', shutOut)]) {
    for (const { summary, address } of alike.all)
      terminal.line(terminal.style('red', `${sign} ${summary}${address === undefined ? '' : `, such as ${address}`}`))
    paragraph('asked of the evaluator:')
    for (const sentence of alike.sentences) paragraph(sentence, '    ')
    paragraph(`what to do: ${alike.remedy}`)
    terminal.line()
  }
  for (const { policy, construct, statement } of unknown) {
    const where = statement === undefined ? '' : `, ${statement.sid ?? `statement ${statement.index + 1}`}`
    paragraph(`not decided: ${policy}${where}: ${construct}`, '? ')
  }
  if (unknown.length > 0) terminal.line()
  const { rows, closed } = rowsOf(read, confinement)
  terminal.table(
    columns,
    rows.map(({ who, door, from, verdict: each }) =>
      [who, door, from, each].map((text) => ({
        text,
        ...(each === 'confined'
          ? {}
          : { style: (line: string) => terminal.style(each === 'shut out' ? 'red' : colours[each], line) }),
      })),
    ),
  )
  terminal.line(`${closed} further pairs of principal and door: open from nowhere`)
  terminal.line()
  for (const line of mapLines(mapOf(read, confinement), width)) terminal.line(line)
}

/** Findings of one kind that have the same reasons and the same remedy. */
function groups(sign: string, findings: readonly Contradiction[]) {
  const found = new Map<string, { sign: string; sentences: readonly string[]; remedy: string; all: Contradiction[] }>()
  for (const each of findings) {
    const sentences = explain(evaluate(each.request, each.policies))
    const key = JSON.stringify([sentences, each.remedy])
    const known = found.get(key) ?? { sign, sentences, remedy: each.remedy, all: [] }
    known.all.push(each)
    found.set(key, known)
  }
  return found.values()
}

function headline({ verdict, trusting, counterexamples, shutOut, unknown }: Confinement): string {
  if (verdict === 'proved') return trusting.length === 0 ? 'Proved.' : 'Proved, trusting:'
  const wider = `Not confined: ${counterexamples.length} ${counterexamples.length === 1 ? 'counterexample' : 'counterexamples'}.`
  const narrower = `Shut out, against the declaration: ${shutOut.length} ${shutOut.length === 1 ? 'principal' : 'principals'}.`
  if (verdict === 'counterexample')
    return [...(counterexamples.length > 0 ? [wider] : []), ...(shutOut.length > 0 ? [narrower] : [])].join(' ')
  return `Unknown: ${unknown.length} ${unknown.length === 1 ? 'thing' : 'things'} could not be seen or decided.`
}
