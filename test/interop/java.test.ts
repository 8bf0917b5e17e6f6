/** Java's own XML Signature accepts what the verifier accepts, over the same octets, RSA-PSS included, and refuses what was tampered with. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { make } from '../../packages/saml/test/cases.ts'
import { java, verifyByJava } from './java.ts'
import { missing } from './requirement.ts'
import { acceptedPieces, identityOf, tamperedCases } from './saml-vectors.ts'

const skip = missing([java])

test('every signature of every accepted document: verified, over the same octets', { skip }, (t) => {
  const pieces = acceptedPieces()
  const answers = verifyByJava(
    pieces.map(({ xml, of, key }) => ({ xml, of, certificate: identityOf(key).certificate })),
  )
  for (const [index, { name, octets, signedInfo }] of pieces.entries()) {
    assert.deepEqual(answers[index], { verified: true, digested: octets, signedInfo }, name)
  }
  const pss = pieces.filter(({ spec }) => spec?.algorithm?.startsWith('pss-'))
  assert.ok(pss.length >= 3)
  t.diagnostic(`${pieces.length} signatures, ${pss.length} of them RSA-PSS`)
})

test('what is refused because it was tampered with, or has another salt, or is signed by another', { skip }, (t) => {
  const { certificate } = identityOf('idp')
  const cases = tamperedCases()
  const questions = cases.flatMap((one) => {
    const { xml } = make(one)
    return (one.sign ?? []).map(({ of }) => ({ one, xml, of, certificate }))
  })
  const answers = verifyByJava(questions)
  for (const one of cases) {
    const verdicts = answers.filter((_, index) => questions[index]?.one === one)
    assert.ok(
      verdicts.some(({ verified }) => !verified),
      one.name,
    )
  }
  t.diagnostic(`${cases.length} documents`)
})
