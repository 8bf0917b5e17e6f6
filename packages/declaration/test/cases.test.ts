/**
 * Walks cases/*.yaml. Beside each stands `<case>.expected`: `accepted` or `refused`, then one line for each warning or error:
 * severity, line:column, path, what is wrong, what to do.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { type DeclarationError, jsonSchema, readDeclaration, readDeclarationObject } from '../src/index.ts'
import { reading } from './reading.ts'
import { accepts } from './schema-validity.ts'

const folder = join(import.meta.dirname, 'cases')
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -5))

const line = (severity: string) => (problem: DeclarationError) =>
  `${severity} ${problem.line}:${problem.column} ${problem.path || '(file)'} | ${problem.message} | ${problem.fix}`

function outcome(text: string): string {
  const result = readDeclaration(text, 'studio-gate.yaml', reading)
  const lines = result.ok
    ? ['accepted', ...result.warnings.map(line('warning'))]
    : ['refused', ...result.errors.map(line('error'))]
  return `${lines.join('\n')}\n`
}

test('every case has an expectation and the other way round', () => {
  const expected = readdirSync(folder).filter((file) => file.endsWith('.expected'))
  assert.deepEqual(
    expected.map((file) => file.replace('.expected', '')),
    names,
  )
  assert.ok(names.length > 40)
})

for (const name of names) {
  const text = readFileSync(join(folder, `${name}.yaml`), 'utf8')
  test(name, () => {
    const found = outcome(text)
    assert.equal(found, readFileSync(join(folder, `${name}.expected`), 'utf8'))
    if (!found.startsWith('accepted')) return
    assert.ok(accepts(jsonSchema(), parse(text)), 'the JSON Schema refuses what the reader accepts')
  })
  test(`${name}, as an object`, () => {
    let object: unknown
    try {
      object = parse(text)
    } catch {
      return
    }
    const read = readDeclaration(text, 'f', reading)
    const result = readDeclarationObject(object, 'f', reading)
    const yamlOnly = !read.ok && read.errors.every(({ path, line: at }) => path === '' && at > 0)
    if (!yamlOnly) assert.equal(result.ok, read.ok)
    if (!result.ok) for (const error of result.errors) assert.deepEqual([error.line, error.column], [0, 0])
  })
}
