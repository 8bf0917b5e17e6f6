/** The documents that are verified: IAM Identity Center's shape, signed at run time, good ones and ones to be refused. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { type Identity, rsaIdentity } from '../packages/saml/test/certificates.ts'
import { byId, canonicalByLibxml2 } from '../packages/saml/test/oracle.ts'
import { edit, signElement } from '../packages/saml/test/signing.ts'

/** What bare verification of one signature needs, canonical octets made beforehand by libxml2. Signature and digest: base64. */
export interface Piece {
  readonly signedInfo: string
  readonly signature: string
  readonly octets: string
  readonly digest: string
}

export interface Signed {
  /** The form field `SAMLResponse`. */
  readonly samlResponse: string
  /** Whom it names. */
  readonly who: string
  readonly pieces: readonly Piece[]
}

/** Who is trusted, and who we are. */
export interface Parties {
  readonly entityId: string
  readonly audience: string
  readonly acsUrl: string
  /** Bare base64 DER. */
  readonly certificate: string
}

export interface Fixture {
  readonly name: string
  /** Of the XML document, in octets. */
  readonly bytes: number
  readonly requiredSignature: 'both' | 'assertion'
  readonly parties: Parties
  /** When they were made, ms since the epoch. */
  readonly now: number
  /** Distinct ones: no contender may live on having seen the same octets a moment ago. */
  readonly good: readonly Signed[]
  readonly bad: readonly { readonly change: string; readonly signed: Signed }[]
}

type Element = 'Response' | 'Assertion'

const shapeFile = new URL('../packages/saml/test/vectors/shapes/identity-center.xml', import.meta.url)
const distinct = 16

const plans: readonly { readonly name: string; readonly signs: readonly Element[]; readonly groups: number }[] = [
  { name: 'signed twice', signs: ['Assertion', 'Response'], groups: 2 },
  { name: 'signed once', signs: ['Assertion'], groups: 2 },
  { name: 'signed twice, 50 groups', signs: ['Assertion', 'Response'], groups: 50 },
  { name: 'signed once, 50 groups', signs: ['Assertion'], groups: 50 },
]

export const party = {
  entityId: 'https://portal.sso.eu-west-1.amazonaws.com/saml/assertion/TWpVeE5EazNOVFExT0RJNFgybHVjeTAzTWpJek1HUT0',
  audience: 'urn:studio-gate:bench',
  acsUrl: 'https://a1b2c3d4e5-vpce-0123456789abcdef0.execute-api.eu-west-1.amazonaws.com/gate/saml',
} as const

/** Keys are made here and forgotten with the process. `now`: ms since the epoch. Rejects when `stop` is aborted. */
export async function makeFixtures(now: number, stop?: AbortSignal): Promise<readonly Fixture[]> {
  const keys = new Map([
    ['idp', rsaIdentity('amazonaws.com')],
    ['foreign', rsaIdentity('amazonaws.com')],
  ])
  const parties = { ...party, certificate: keys.get('idp')?.certificate ?? '' }
  const fixtures: Fixture[] = []
  for (const { name, signs, groups } of plans) {
    // Signing is busy work: without a pause Ctrl-C would wait for the last of it.
    await setImmediate()
    stop?.throwIfAborted()
    const sign = (xml: string, foreign: readonly Element[] = []) =>
      signs.reduce(
        (signed, of) => signElement(signed, { of, key: foreign.includes(of) ? 'foreign' : 'idp' }, keys),
        xml,
      )
    const people = Array.from({ length: distinct }, (_, at) => `person-${String(at + 10)}@example.com`)
    const good = people.map((who) => describe(sign(unsigned(who, groups, now)), who, signs))
    const who = people[0] ?? ''
    const genuine = sign(unsigned(who, groups, now))
    const bad = [
      { change: 'another name', xml: edit(genuine, [{ find: `>${who}<`, put: '>person-99@example.com<' }]) },
      ...signs.map((of) => ({ change: `signature of the ${of} altered`, xml: alterSignature(genuine, of) })),
      { change: 'a foreign key', xml: sign(unsigned(who, groups, now), signs) },
      ...(signs.length > 1
        ? [{ change: 'a foreign key on the Assertion', xml: sign(unsigned(who, groups, now), ['Assertion']) }]
        : []),
    ]
    fixtures.push({
      name,
      bytes: Buffer.byteLength(genuine),
      requiredSignature: signs.length > 1 ? 'both' : 'assertion',
      parties,
      now,
      good,
      bad: bad.map(({ change, xml }) => ({ change, signed: describe(xml, who, signs) })),
    })
  }
  return fixtures
}

/** A key pair's certificate and the form field of one twice-signed response, genuine and with another name in it. */
export function makeLogin(
  now: number,
  acsUrl: string,
): { readonly certificate: string; readonly genuine: string; readonly tampered: string } {
  const identity = rsaIdentity('amazonaws.com')
  const keys: ReadonlyMap<string, Identity> = new Map([['idp', identity]])
  const who = 'alice@example.com'
  const bare = unsigned(who, 2, now).replaceAll(party.acsUrl, acsUrl)
  const signed = signElement(signElement(bare, { of: 'Assertion' }, keys), { of: 'Response' }, keys)
  const tampered = edit(signed, [{ find: `>${who}<`, put: '>mallory@example.com<' }])
  return { certificate: identity.certificate, genuine: base64(signed), tampered: base64(tampered) }
}

function unsigned(who: string, groups: number, now: number): string {
  const name = who.slice(0, who.indexOf('@'))
  const values: Readonly<Record<string, readonly string[]>> = {
    email: [who],
    'https://aws.amazon.com/SAML/Attributes/PrincipalTag:CostCenter': ['4711'],
    'https://aws.amazon.com/SAML/Attributes/PrincipalTag:Department': ['Research and Development'],
    'https://aws.amazon.com/SAML/Attributes/RoleSessionName': [who],
    groups: Array.from({ length: groups }, () => randomUUID()),
  }
  const attributes = Object.entries(values).map(([attribute, texts]) => {
    const format = 'urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified'
    const valueTag = '<saml2:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xsi:type="xs:string">'
    const content = texts.map((text) => `${valueTag}${text}</saml2:AttributeValue>`).join('')
    return `<saml2:Attribute Name="${attribute}" NameFormat="${format}">${content}</saml2:Attribute>`
  })
  return readFileSync(shapeFile, 'utf8')
    .trimEnd()
    .replace(/<saml2:AttributeStatement>.*<\/saml2:AttributeStatement>/, (statement) =>
      [statement.slice(0, statement.indexOf('<saml2:Attribute Name="groups"')), ...attributes]
        .join('')
        .concat('</saml2:AttributeStatement>'),
    )
    .replaceAll('alice@example.com', who)
    .replaceAll('>alice<', `>${name}<`)
    .replace(/_(response|assertion|session)-1/g, () => `_${randomUUID()}`)
    .replaceAll('{idp}', party.entityId)
    .replaceAll('{sp}', party.audience)
    .replaceAll('{acs}', party.acsUrl)
    .replace(/\{t([+-][0-9]+)\}/g, (_, seconds: string) => new Date(now + Number(seconds) * 1_000).toISOString())
}

function describe(xml: string, who: string, signs: readonly Element[]): Signed {
  return { samlResponse: base64(xml), who, pieces: signs.map((of) => pieceOf(xml, of)) }
}

function pieceOf(xml: string, of: Element): Piece {
  const id = new RegExp(`<saml2p?:${of} [^>]*?\\bID="([^"]+)"`).exec(xml)?.[1] ?? ''
  const signature = `${byId(id)}/*[local-name(.)='Signature']`
  const signedInfo = canonicalByLibxml2(xml, { xpath: `${signature}/*[1]` })
  return {
    signedInfo,
    signature: between(canonicalByLibxml2(xml, { xpath: signature }), 'SignatureValue'),
    octets: canonicalByLibxml2(xml, { xpath: byId(id), withoutSignature: true }),
    digest: between(signedInfo, 'DigestValue'),
  }
}

function between(xml: string, element: string): string {
  const text = new RegExp(`<ds:${element}>([^<]*)<`).exec(xml)?.[1]
  if (text === undefined) throw new Error(`no ${element} in what was signed`)
  return text.replace(/\s/g, '')
}

/** Changes one character in the middle of a SignatureValue: still base64, another number. */
function alterSignature(xml: string, of: Element): string {
  // The Response's signature stands before the Assertion, hence first; the Assertion's is the last in either case.
  const opening = '<ds:SignatureValue>'
  const at = (of === 'Response' ? xml.indexOf(opening) : xml.lastIndexOf(opening)) + opening.length + 100
  return `${xml.slice(0, at)}${xml[at] === 'A' ? 'B' : 'A'}${xml.slice(at + 1)}`
}

function base64(xml: string): string {
  return Buffer.from(xml).toString('base64')
}
