/**
 * xmlsec1 and Java's own XML Signature accept what the verifier accepts, digest the same octets, and refuse what was tampered with.
 */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { writeAuthnRequest } from '@studio-gate/saml'
import { java } from './java.ts'
import { missing } from './requirement.ts'
import { accepted, acceptedMutations, generated, type Signed, tampered } from './saml-vectors.ts'
import type { Verifier } from './verifier.ts'
import { xmlsec } from './xmlsec.ts'

/** Asks each of them by a test of its own. */
function ask(title: string, about: (verifier: Verifier) => string): void {
  for (const verifier of [xmlsec, java]) {
    test(`${verifier.name}: ${title}`, { skip: missing([verifier.need]) }, (t) => t.diagnostic(about(verifier)))
  }
}

function agrees(verifier: Verifier, all: readonly Signed[]): string {
  const signed = all.filter(({ isPss }) => !isPss || verifier.knowsPss)
  const answers = verifier.verify(signed)
  for (const [index, { name, octets, signedInfo }] of signed.entries()) {
    assert.deepEqual(answers[index], { verified: true, digested: octets, signedInfo }, name)
  }
  return `${signed.length} signatures, ${signed.filter(({ isPss }) => isPss).length} of them RSA-PSS`
}

/** Made once, at the first question. */
function once<Made>(make: () => Made): () => Made {
  let made: Made | undefined
  return () => {
    made ??= make()
    return made
  }
}

const sets: Readonly<Record<string, () => readonly Signed[]>> = {
  'every signature of every accepted vector': once(accepted),
  'every signature of every accepted mutation': once(acceptedMutations),
  '600 generated documents': once(() => generated(600)),
}
for (const [name, set] of Object.entries(sets)) {
  ask(`${name}: verified, over the same octets`, (verifier) => agrees(verifier, set()))
}

ask('what was tampered with, or signed otherwise or by another, is refused', (verifier) => {
  const cases = tampered().filter(({ isPss }) => !isPss || verifier.knowsPss)
  const answers = verifier.verify(cases.flatMap(({ questions }) => questions))
  let at = 0
  for (const { name, questions } of cases) {
    const own = answers.slice(at, at + questions.length)
    at += questions.length
    // It came as far as some octets before it said no.
    assert.ok(
      own.some(({ verified, digested, signedInfo }) => !verified && digested + signedInfo !== ''),
      name,
    )
  }
  return `${cases.length} vectors`
})

ask('a request that was signed and posted is verified, and no altered one', (verifier) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const written = writeAuthnRequest(
    {
      id: '_0123456789abcdef0123456789abcdef',
      issueInstant: Date.UTC(2026, 10, 23),
      destination: 'https://idp.example/sso?tenant="a"&b',
      issuer: 'urn:gate:<a> & "b"',
      acsUrl: 'https://gate.example/gate/saml?x=1&y="2"',
      nameIdFormat: 'urn:x:"f"',
    },
    'post',
    { signingKey: privateKey },
  )
  assert.ok(written.binding === 'post')
  const xml = Buffer.from(written.fields.SAMLRequest ?? '', 'base64').toString('utf8')
  const altered = xml.replace('Version="2.0"', 'Version="2.1"')
  assert.notEqual(altered, xml)
  const answers = verifier.verify([xml, altered].map((text) => ({ xml: text, of: 'AuthnRequest', publicKey })))
  assert.deepEqual(
    answers.map(({ verified }) => verified),
    [true, false],
  )
  return 'one of each'
})
