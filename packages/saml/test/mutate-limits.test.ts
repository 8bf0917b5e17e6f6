/** Every mutator on vectors of accept/limits.json, one document in seven: refused, or the identity of a genuine response to the last byte. */
import { type Case, readCases } from './cases.ts'
import { aboutCiphertexts, mutateEvery } from './mutators/judge.ts'

const leftOut: readonly string[] = [
  // Mutators know elements by their local names, and here they find SAML's in another namespace.
  'what stands in Extensions under names of SAML and XML Signature, in another namespace',
  // Another genuine response, which they need, has a longer ID.
  'an ID of 256 characters',
]

mutateEvery(
  readCases<Case>('accept').filter(({ file, name }) => file === 'limits.json' && !leftOut.includes(name)),
  {
    least: 20_000,
    // None of these vectors has both signatures, nor a character beyond ASCII.
    idle: [
      ...aboutCiphertexts,
      "another user: the other's signature in the Response, the own in the Assertion",
      'octets: ISO-8859-1',
      'wrapping: XSW1: the original Response in the signature of an evil one',
      'wrapping: XSW2 turned: the original Response behind a detached signature',
      'wrapping: XSW2: the original Response before a detached signature',
    ],
    oneIn: 7,
  },
)
