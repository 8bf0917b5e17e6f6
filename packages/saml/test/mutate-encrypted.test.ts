/** Every mutator on every vector of encrypted/: refused, or the identity of a genuine response to the last byte. */
import { type Case, readCases } from './cases.ts'
import { mutateEvery } from './mutators/judge.ts'

mutateEvery(readCases<Case>('encrypted'), {
  least: 20_000,
  // Their Responses are signed, and none of them holds a character outside ASCII.
  idle: [
    'attacker: a signature of an attacker besides',
    'published: CVE-2019-3465: a reference to something else than the root that is used',
    'published: CVE-2024-8698: the position of a signature decides what it covers',
    'published: CVE-2026-2603, -3009, -3047, -16442: the request of another',
    'octets: ISO-8859-1',
  ],
})
