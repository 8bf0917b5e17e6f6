/** All mutators, by family. */
import { attackers } from './attackers.ts'
import { encryption } from './encryption.ts'
import type { Family } from './mutation.ts'
import { namespaces } from './namespaces.ts'
import { octetFamily } from './octets.ts'
import { published } from './published.ts'
import { signatures } from './signatures.ts'
import { structure } from './structure.ts'
import { texts } from './texts.ts'
import { users } from './users.ts'
import { wrapping } from './wrapping.ts'

export const families: Readonly<Record<string, Family>> = {
  wrapping,
  'another user': users,
  signature: signatures,
  attacker: attackers,
  encryption,
  published,
  text: texts,
  structure,
  namespace: namespaces,
  octets: octetFamily,
}
