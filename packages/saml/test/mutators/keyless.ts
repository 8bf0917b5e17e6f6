/** Mutators that need nothing but documents, by family. */
import type { Family } from './mutation.ts'
import { namespaces } from './namespaces.ts'
import { octetFamily } from './octets.ts'
import { published } from './published.ts'
import { signatures } from './signatures.ts'
import { structure } from './structure.ts'
import { texts } from './texts.ts'
import { users } from './users.ts'
import { wrapping } from './wrapping.ts'

export const keyless: Readonly<Record<string, Family>> = {
  wrapping,
  'another user': users,
  signature: signatures,
  published,
  text: texts,
  structure,
  namespace: namespaces,
  octets: octetFamily,
}
