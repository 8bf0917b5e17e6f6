/** Every shape that identity providers send is accepted and read right. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimedIssuer, verifyResponse } from '../src/index.ts'
import { type Case, made, make, parties, readCases } from './cases.ts'

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
    const { authnInstant, sessionIndex, sessionNotOnOrAfter } = verdict.assertion
    assert.deepEqual(
      { authnInstant, sessionIndex, sessionNotOnOrAfter },
      {
        authnInstant: timeIn(xml, 'AuthnInstant'),
        sessionIndex: valueIn(xml, 'SessionIndex'),
        sessionNotOnOrAfter: timeIn(xml, 'SessionNotOnOrAfter'),
      },
    )
    assert.ok(Object.values(verdict.assertion).every((value) => value !== undefined))
    assert.equal(issuer, parties.idp)
    assert.ok(xml.includes(`ID="${id}"`))
    assert.equal(claimedIssuer(samlResponse), parties.idp)
    assert.ok(verdict.assertion.notOnOrAfter > now - 60_000 && verdict.assertion.notOnOrAfter <= made + 3_660_000)
  })
}

/** Of the statement about the sign-in, read as text. */
function valueIn(xml: string, attribute: string): string | undefined {
  return new RegExp(`<(?:\\w+:)?AuthnStatement[^>]*?\\s${attribute}="([^"]*)"`).exec(xml)?.[1]
}

function timeIn(xml: string, attribute: string): number | undefined {
  const value = valueIn(xml, attribute)
  return value === undefined ? undefined : Date.parse(value)
}
