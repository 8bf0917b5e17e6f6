/** Encrypted assertions that are accepted, and what the key's port sees. What is refused: vectors/reject/encrypted.json. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beginVerification, claimedIssuer, createTrust, verifyResponse } from '../src/index.ts'
import { type Case, keys, make, parties, readCases, unwrapKey } from './cases.ts'

for (const one of readCases<Case>('encrypted')) {
  const { samlResponse, trust, now, xml } = make(one)
  test(`${one.name}`, () => {
    const verdict = verifyResponse(samlResponse, trust, now)
    assert.ok(verdict.ok, verdict.ok ? '' : JSON.stringify(verdict.refusal))
    const { nameId, attributes, inResponseTo, id, issuer } = verdict.assertion
    assert.equal(nameId?.value, 'alice')
    assert.deepEqual(attributes.get('username'), ['alice'])
    assert.deepEqual([inResponseTo, id, issuer], ['_request-1', 'id-assertion', parties.idp])
    assert.equal(xml.includes('alice'), one.encrypt === undefined)
    assert.equal(claimedIssuer(samlResponse), parties.idp)
  })
  test(`${one.name}, with a key that answers later`, () => {
    const { encryptedAssertions } = trust
    if (encryptedAssertions === undefined) return assert.equal(one.encrypt, undefined)
    const elsewhere = { ...trust, encryptedAssertions: { ...encryptedAssertions, unwrapKey: 'by-the-caller' } } as const
    const begun = beginVerification(samlResponse, elsewhere, now)
    const verdict = 'finish' in begun ? begun.finish(unwrapKey(begun.wrappedKey, begun.oaep)) : begun
    assert.equal('finish' in begun, one.encrypt !== undefined)
    assert.deepEqual(verdict, verifyResponse(samlResponse, trust, now))
    if (!('finish' in begun)) return
    const unopened = { ok: false, code: 'decryption-failed' }
    for (const verdict of [
      begun.finish(undefined),
      begun.finish(Buffer.alloc(32)),
      begun.finish(Buffer.alloc(5)),
      verifyResponse(samlResponse, elsewhere, now),
    ]) {
      assert.deepEqual({ ok: verdict.ok, code: verdict.ok ? '' : verdict.refusal.code }, unopened)
      assert.deepEqual(verdict, begun.finish(undefined), 'one answer for everything that can go wrong')
    }
  })
}

test('the key is not asked before the Response is verified', () => {
  const good: Case = { name: '', shape: 'okta', sign: [{ of: 'Response' }], encrypt: {}, opens: 'gcm' }
  const foreign: Case = { ...good, sign: [{ of: 'Response', key: 'foreign' }] }
  for (const [one, asked] of [
    [good, 1],
    [foreign, 0],
    [{ ...good, sign: [] }, 0],
    [{ ...good, encrypt: { content: 'aes256-cbc' } }, 0],
  ] as const) {
    const { samlResponse, now } = make(one)
    let times = 0
    const trust = createTrust({
      idp: { entityId: parties.idp, certificates: [keys.get('idp')?.certificate ?? ''] },
      sp: { entityId: parties.sp, acsUrl: parties.acs },
      requiredSignature: 'either',
      encryptedAssertions: {
        unwrapKey: () => {
          times++
          return undefined
        },
      },
    })
    const verdict = verifyResponse(samlResponse, trust, now)
    assert.ok(!verdict.ok)
    assert.equal(times, asked, verdict.refusal.code)
    assert.equal('finish' in beginVerification(samlResponse, trust, now), asked === 1)
  }
})
