/** Every accepted vector as the subject of mutators: signed once more for another user, and with what an attacker can do. */
import { type Case, make, opening, optionsOf } from '../cases.ts'
import { encryptAssertion } from '../encrypting.ts'
import { signElement } from '../signing.ts'
import { attackerKeys } from './attackers.ts'
import { type Markup, markupOf } from './markup.ts'
import type { Attacked } from './mutation.ts'

/** A genuine response of bob: the same case with another name, before it is signed. */
function ofBob(one: Case, before: Case['before']): Markup {
  const { after: _, field: _field, octets: _octets, encoding: _encoding, ...rest } = one
  const named = [...(one.before ?? []), { find: 'alice', put: 'bob', all: true as const }, ...(before ?? [])]
  return markupOf(make({ ...rest, before: named }).xml)
}

/** The case as it is mutated; `xml` is what it was made into. */
export function subjectOf(one: Case, xml: string): Attacked {
  const { encrypt, ...plain } = one
  const markup = markupOf(xml)
  const ids = [{ find: ' ID="', put: ' ID="b', all: true as const }]
  return {
    name: one.name,
    markup,
    plain: encrypt === undefined ? markup : markupOf(make(plain).xml),
    isEncrypted: encrypt !== undefined,
    others: [ofBob(one, ids), ofBob(one, [])],
    options: optionsOf(one),
    opening: opening('gcm'),
    sign: (document, spec) => signElement(document, spec, attackerKeys),
    encrypt: (document) => encryptAssertion(document, encrypt ?? {}),
    signed: (one.sign ?? []).map(({ of }) => of),
  }
}
