/** Of every accepted document, libxml2 and xml-crypto digest and sign the same octets as the verifier; the latter verifies it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SignedXml } from 'xml-crypto'
import { type Case, keys, make, readCases } from './cases.ts'
import { byId, canonicalByLibxml2 } from './oracle.ts'
import { type SignedPiece, signedPieces } from './pieces.ts'
import { algorithmUris, digestAlgorithm, digestUris, signatureAlgorithm } from './signing.ts'

for (const one of ['accept', 'encrypted'].flatMap((folder) => readCases<Case>(folder))) {
  test(`${one.file}: ${one.name}`, () => {
    const { samlResponse, xml } = make(one)
    const pieces = signedPieces(samlResponse, one)
    for (const piece of pieces) {
      const { id, octets, prefixes, ownPrefixes } = piece
      assert.equal(octets, canonicalByLibxml2(xml, { xpath: byId(id), withoutSignature: true, prefixes }))
      const infoPath = `${byId(id)}/*[local-name(.)='Signature']/*[1]`
      assert.equal(piece.signedInfo, canonicalByLibxml2(xml, { xpath: infoPath, prefixes: ownPrefixes }))
      assert.deepEqual(referencesByXmlCrypto(piece), [octets])
    }
    assert.ok(pieces.length > 0)
  })
}

/** What xml-crypto says was signed, after it verified the signature itself. */
function referencesByXmlCrypto({ source, signature, spec }: SignedPiece): readonly string[] {
  const identity = keys.get(spec?.key ?? 'idp')
  assert.ok(identity !== undefined)
  const algorithm = spec?.algorithm ?? 'rsa-sha256'
  const verifier = new SignedXml({ publicCert: identity.privateKey, getCertFromKeyInfo: () => null })
  verifier.SignatureAlgorithms[algorithmUris[algorithm]] = signatureAlgorithm(algorithm, identity)
  verifier.HashAlgorithms[digestUris.sha384] = digestAlgorithm('sha384')
  verifier.loadSignature(signature)
  assert.ok(verifier.checkSignature(source))
  return verifier.getSignedReferences()
}
