/** Every mutator on every vector of accept/legitimate.json: refused, or the identity of a genuine response to the last byte. */
import { type Case, readCases } from './cases.ts'
import { aboutCiphertexts, mutateEvery } from './mutators/judge.ts'

mutateEvery(
  readCases<Case>('accept').filter(({ file }) => file === 'legitimate.json'),
  { least: 100_000, idle: aboutCiphertexts },
)
