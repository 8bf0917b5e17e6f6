/**
 * Takes AWS-managed policies that templates attach out of a moto release (PyPI), which mirrors IAM's own documents, into the prover's snapshot.
 * Usage: node tools/snapshot-managed-policies.ts VERSION FILE NAME... with FILE `moto/iam/aws_managed_policies.py` of that version's wheel.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Entry {
  readonly DefaultVersionId: string
  readonly UpdateDate: string
  readonly Document: unknown
}

const [version, file, ...names] = process.argv.slice(2)
if (version === undefined || file === undefined || names.length === 0) throw new Error('usage: VERSION FILE NAME...')
const text = readFileSync(file, 'utf8')
const all = JSON.parse(text.slice(text.indexOf('"""') + 3, text.lastIndexOf('"""'))) as Readonly<Record<string, Entry>>
const policies = names.sort().map((name) => {
  const entry = all[name]
  if (entry === undefined) throw new Error(`moto ${version} has no policy ${name}`)
  return [name, { version: entry.DefaultVersionId, updated: entry.UpdateDate, document: entry.Document }] as const
})
const target = join(import.meta.dirname, '../packages/policy/src/prove/managed-policies.json')
writeFileSync(
  target,
  `${JSON.stringify({ source: `moto ${version}`, policies: Object.fromEntries(policies) }, undefined, 2)}\n`,
)
