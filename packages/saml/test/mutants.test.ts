/** The finder of mutations finds what it says, what it instruments runs, and what no test catches is told from what changes nothing. */
import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { judge } from './mutants/equivalent.ts'
import { instrument, type Numbered } from './mutants/instrument.ts'
import { readMutations } from './mutants/sources.ts'

const folder = mkdtempSync(join(tmpdir(), 'studio-gate-mutants-'))
copyFileSync(join(import.meta.dirname, 'mutants/sample.txt'), join(folder, 'sample.ts'))
const { mutations, entries, texts, dependents } = readMutations(folder)
const text = texts.get('sample.ts') ?? ''
after(() => rmSync(folder, { recursive: true }))

const expected = [
  'limits: 4 -> 3',
  'limits: 4 -> 5',
  'limits: false -> true',
  "known: '',  -> ",
  "known: 'a',  -> ",
  "known: 'b',  -> ",
  "known: 'abcd',  -> ",
  "known: 'abcde',  -> ",
  "known: 'aA',  -> ",
  "known: 'Aa' -> ",
  'name: /^[a-d]+$/ -> /[a-d]+$/',
  'name: /^[a-d]+$/ -> /^[a-d]+/',
  'check: text.length > limits.depth || !known.has(text) -> false',
  'check: text.length > limits.depth || !known.has(text) -> true',
  'check: text.length > limits.depth -> false',
  'check: text.length > limits.depth -> text.length >= limits.depth',
  'check: !known.has(text) -> false',
  'check: seen.push(text) -> ',
  'check: plain(text) ?? late(text) -> plain(text)',
  'check: plain(text) ?? late(text) -> late(text)',
  'plain: name.test(text) && !limits.weak -> false',
  'plain: name.test(text) && !limits.weak -> true',
  'plain: name.test(text) -> true',
  'plain: !limits.weak -> true',
  'late: at < text.length -> false',
  'late: at < text.length -> at <= text.length',
  'late: text.charCodeAt(at) < 98 -> false',
  'late: text.charCodeAt(at) < 98 -> true',
  'late: text.charCodeAt(at) < 98 -> text.charCodeAt(at) <= 98',
  'late: 98 -> 97',
  'late: 98 -> 99',
  "refuse: detail === '' -> false",
  "refuse: detail === '' -> true",
]

const described = ({ within, found, becomes }: Numbered) => `${within}: ${found} -> ${becomes}`

test('every check is found, clause by clause; types and the words of a refusal are none', () => {
  assert.deepEqual([...mutations.map(described)].sort(), [...expected].sort())
  const coded = mutations.filter(({ code }) => code === 'not-known').map(({ found }) => found)
  assert.ok(coded.includes('!known.has(text)') && !coded.includes('at < text.length'))
  assert.deepEqual([...dependents('limits')], ['limits', 'plain'])
})

/** What the sample answers under a mutation, to inputs that tell all of them apart. */
function answers(mutation?: Numbered): string {
  const hits = new Uint8Array(mutations.length)
  const entered = new Uint8Array(entries.length)
  const active = mutation?.constant === undefined ? (mutation?.number ?? -1) : -1
  Object.assign(globalThis, { studioGateMutants: { active, hits, entered } })
  const only = mutation?.constant === undefined ? undefined : mutation
  const body = instrument(text, mutations, entries, only).replace('export function', 'function')
  const run = new Function('inputs', `${body}; return inputs.map((one) => check(one)).concat(seen)`)
  const inputs = ['abcd', 'b', 'x', 'a', 'abcde', 'aA', 'Aa', '']
  return JSON.stringify(run(inputs))
}

test('instrumented, the sample says what it said; under a mutation, something else', () => {
  const said = JSON.parse(answers()) as readonly unknown[]
  assert.deepEqual(said.slice(0, 3), ['early', null, 'not-known: found x'])
  const silent = mutations.filter((mutation) => answers(mutation) === answers()).map(described)
  assert.deepEqual(silent, [
    // Too long, and refused in any case; nothing is weak; behind the end of a text stands no character.
    "known: 'abcde',  -> ",
    'plain: !limits.weak -> true',
    'late: at < text.length -> at <= text.length',
  ])
})

test('what no test catches is a hole, or has an entry; an entry without a place is stale', () => {
  const [mutation] = mutations
  assert.ok(mutation !== undefined)
  const file = 'base64.ts'
  const missed = { mutation: { ...mutation, file, within: 'decodeBase64', found: 'elsewhere' } }
  const { holes, harmless, stale } = judge([missed, { mutation, caughtBy: 'a vector' }])
  assert.deepEqual([holes, harmless], [[missed], []])
  assert.ok(stale.length > 0)
  const [known] = stale
  assert.ok(known !== undefined)
  const { within, found = '', becomes = '' } = known
  const fitting = { mutation: { ...mutation, file: known.file, within: within ?? '', found, becomes } }
  const judged = judge([fitting])
  assert.deepEqual([judged.holes, judged.harmless.map(({ why }) => why)], [[], [known.why]])
  assert.ok(judged.stale.length < stale.length)
})
