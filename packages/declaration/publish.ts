/** Writes what is generated from the table of settings: `node packages/declaration/publish.ts`. A test holds both files in step. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jsonSchema, settingsReference } from './src/index.ts'

const readme = join(import.meta.dirname, 'README.md')
const [byHand = ''] = readFileSync(readme, 'utf8').split('\n### ', 1)
writeFileSync(readme, `${byHand}\n${settingsReference()}`)
writeFileSync(join(import.meta.dirname, 'studio-gate.schema.json'), `${JSON.stringify(jsonSchema(), null, 2)}\n`)
