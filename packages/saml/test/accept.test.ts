/** Every shape that identity providers send is accepted and read right; two other implementations sign the same octets. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SignedXml } from 'xml-crypto'
import { canonicalize } from '../src/canonical.ts'
import { admit } from '../src/gate.ts'
import { claimedIssuer, verifyResponse } from '../src/index.ts'
import { checkShape, type Signed } from '../src/shape.ts'
import { parseXml } from '../src/xml.ts'
import { type Case, keys, made, make, parties, readCases } from './cases.ts'
import { byId, canonicalByLibxml2 } from './oracle.ts'
import { algorithmUris, digestAlgorithm, digestUris, type SignatureSpec, signatureAlgorithm } from './signing.ts'

interface Accepted extends Case {
  readonly says: {
    readonly nameId?: Record<string, string>
    readonly attributes: Record<string, readonly string[]>
    readonly inResponseTo?: string
    readonly oneTimeUse?: boolean
  }
}

for (const one of readCases<Accepted>('accept')) {
  const { samlResponse, trust, now, xml } = make(one)

  test(`${one.file}: ${one.name}`, () => {
    const verdict = verifyResponse(samlResponse, trust, now)
    assert.ok(verdict.ok, verdict.ok ? '' : JSON.stringify(verdict.refusal))
    const { nameId, attributes, inResponseTo, oneTimeUse, id, issuer } = verdict.assertion
    assert.deepEqual(
      { nameId, attributes: Object.fromEntries(attributes), inResponseTo, oneTimeUse },
      {
        nameId: one.says.nameId,
        attributes: one.says.attributes,
        inResponseTo: one.says.inResponseTo,
        oneTimeUse: one.says.oneTimeUse ?? false,
      },
    )
    assert.equal(issuer, parties.idp)
    assert.ok(xml.includes(`ID="${id}"`))
    assert.equal(claimedIssuer(samlResponse), parties.idp)
    assert.ok(verdict.assertion.notOnOrAfter > now - 60_000 && verdict.assertion.notOnOrAfter <= made + 3_660_000)
  })

  test(`${one.file}: ${one.name}: the octets are libxml2's and xml-crypto's`, () => {
    const signed = signedPieces(samlResponse)
    for (const { piece, source } of signed) {
      const { element, id, signature, signedInfo } = piece
      const spec = one.sign?.find(({ of }) => of === element.localName)
      const tokens = (spec?.prefixList ?? '').split(' ').filter((token) => token !== '')
      const prefixes = tokens.map((token) => (token === '#default' ? '' : token))
      const octets = canonicalize({ element, source, without: signature, prefixes })
      assert.equal(octets, canonicalByLibxml2(xml, { xpath: byId(id), withoutSignature: true, prefixes }))
      const infoOctets = canonicalize({ element: signedInfo, source, without: undefined, prefixes: [] })
      const infoPath = `${byId(id)}/*[local-name(.)='Signature']/*[1]`
      assert.equal(infoOctets, canonicalByLibxml2(xml, { xpath: infoPath }))
      assert.deepEqual(referencesByXmlCrypto(source, source.slice(signature.start, signature.end), spec), [octets])
    }
    assert.ok(signed.length > 0)
  })
}

function signedPieces(samlResponse: string): readonly { readonly piece: Signed; readonly source: string }[] {
  const admitted = admit(samlResponse)
  assert.ok(admitted.ok)
  const document = parseXml(admitted.xml, admitted.start)
  assert.ok(document.ok)
  const shape = checkShape(document, 'either')
  assert.ok(shape.ok)
  const found = [shape.responseSigned, shape.assertionSigned].filter((piece) => piece !== undefined)
  return found.map((piece) => ({ piece, source: document.source }))
}

/** What xml-crypto says was signed, after it verified the signature itself. */
function referencesByXmlCrypto(xml: string, signature: string, spec: SignatureSpec | undefined): readonly string[] {
  const identity = keys.get(spec?.key ?? 'idp')
  assert.ok(identity !== undefined)
  const algorithm = spec?.algorithm ?? 'rsa-sha256'
  const verifier = new SignedXml({ publicCert: identity.privateKey, getCertFromKeyInfo: () => null })
  verifier.SignatureAlgorithms[algorithmUris[algorithm]] = signatureAlgorithm(algorithm, identity)
  verifier.HashAlgorithms[digestUris.sha384] = digestAlgorithm('sha384')
  verifier.loadSignature(signature)
  assert.ok(verifier.checkSignature(xml))
  return verifier.getSignedReferences()
}
