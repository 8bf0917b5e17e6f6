/** Two independent signers: xml-crypto for what good products send, a template with libxml2 for what none would sign. */
import { constants, createHmac, createPublicKey, hash, sign as signOctets, verify } from 'node:crypto'
import { SignedXml } from 'xml-crypto'
import type { Identity } from './certificates.ts'
import { byId, canonicalByLibxml2 } from './oracle.ts'

export interface SignatureSpec {
  readonly of: 'Response' | 'Assertion'
  /** Name of the key; `idp` if absent. */
  readonly key?: string
  /** `rsa-sha256` if absent. */
  readonly algorithm?: keyof typeof algorithmUris
  readonly digest?: keyof typeof digestUris
  /** Prefix of XML Signature's elements; empty for a default namespace. `ds` if absent. */
  readonly prefix?: string
  /** Content of KeyInfo, or `certificate`, or `none`. */
  readonly keyInfo?: string
  /** With any of these the template is signed instead of what xml-crypto makes. */
  readonly prefixList?: string
  /** PrefixList of the CanonicalizationMethod. */
  readonly ownPrefixList?: string
  readonly edits?: readonly Edit[]
  /** Octets of the salt of RSASSA-PSS; as many as its hash has if absent. */
  readonly saltLength?: number
  /** Replaces the digest of the element: base64. */
  readonly digestValue?: string
}

export interface Edit {
  readonly find: string
  readonly put: string
  /** How often `put` is repeated; once if absent. */
  readonly times?: number
  /** Every occurrence instead of the first. */
  readonly all?: true
}

export const algorithmUris = {
  'rsa-sha1': 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  'rsa-sha256': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'rsa-sha384': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384',
  'rsa-sha512': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'pss-sha1': 'http://www.w3.org/2007/05/xmldsig-more#sha1-rsa-MGF1',
  'pss-sha256': 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
  'pss-sha384': 'http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1',
  'pss-sha512': 'http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1',
  'ecdsa-sha256': 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
  'ecdsa-sha384': 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384',
  'ecdsa-sha512': 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512',
  'hmac-sha256': 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256',
} as const

export const digestUris = {
  sha1: 'http://www.w3.org/2000/09/xmldsig#sha1',
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
  sha384: 'http://www.w3.org/2001/04/xmldsig-more#sha384',
  sha512: 'http://www.w3.org/2001/04/xmlenc#sha512',
} as const

const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'

/** Applies edits; an edit that finds nothing is a mistake in the case. */
export function edit(text: string, edits: readonly Edit[]): string {
  return edits.reduce((edited, { find, put, times, all }) => {
    if (!edited.includes(find)) throw new Error(`nothing to edit: ${find}`)
    const repeated = put.repeat(times ?? 1)
    return all === true ? edited.replaceAll(find, () => repeated) : edited.replace(find, () => repeated)
  }, text)
}

/** The document with one more signature, behind the Issuer of the element. */
export function signElement(xml: string, spec: SignatureSpec, keys: ReadonlyMap<string, Identity>): string {
  const identity = keys.get(spec.key ?? 'idp')
  if (identity === undefined) throw new Error(`no key ${spec.key}`)
  const { prefixList, ownPrefixList, edits, digestValue, saltLength } = spec
  const exotic = prefixList ?? ownPrefixList ?? edits ?? digestValue ?? saltLength
  return exotic === undefined ? byXmlCrypto(xml, spec, identity) : byTemplate(xml, spec, identity)
}

function wrapped(certificate: string): string {
  return certificate.replace(/.{1,76}/g, '$&\n')
}

function keyInfoOf(spec: SignatureSpec, identity: Identity, prefix: string): string | null {
  if (spec.keyInfo === 'none') return null
  if (spec.keyInfo !== undefined && spec.keyInfo !== 'certificate') return spec.keyInfo
  const certificate = `<${prefix}X509Certificate>${wrapped(identity.certificate)}</${prefix}X509Certificate>`
  return `<${prefix}X509Data>${certificate}</${prefix}X509Data>`
}

function byXmlCrypto(xml: string, spec: SignatureSpec, identity: Identity): string {
  const prefix = spec.prefix ?? 'ds'
  const algorithm = spec.algorithm ?? 'rsa-sha256'
  const signer = new SignedXml({
    privateKey: identity.privateKey,
    signatureAlgorithm: algorithmUris[algorithm],
    canonicalizationAlgorithm: exclusive,
    getKeyInfoContent: () => keyInfoOf(spec, identity, prefix === '' ? '' : `${prefix}:`),
  })
  signer.SignatureAlgorithms[algorithmUris[algorithm]] = signatureAlgorithm(algorithm, identity)
  signer.HashAlgorithms[digestUris.sha384] = digestAlgorithm('sha384')
  const xpath = `//*[local-name(.)='${spec.of}']`
  signer.addReference({
    xpath,
    transforms: [enveloped, exclusive],
    digestAlgorithm: digestUris[spec.digest ?? 'sha256'],
  })
  const location = hasIssuer(xml, spec.of)
    ? ({ reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' } as const)
    : ({ reference: xpath, action: 'prepend' } as const)
  signer.computeSignature(xml, prefix === '' ? { location } : { prefix, location })
  return signer.getSignedXml()
}

/** Only a Response may lack one (SAML core 3.2.2). */
function hasIssuer(xml: string, element: string): boolean {
  return new RegExp(`<(?:\\w+:)?${element}\\s[^>]*>\\s*<(?:\\w+:)?Issuer\\b`).test(xml)
}

export function digestAlgorithm(name: 'sha384') {
  return class {
    getHash = (octets: string) => hash(name, octets, 'base64')
    getAlgorithmName = () => digestUris[name]
  }
}

/** xml-crypto knows neither ECDSA nor RSA-SHA384; its place for own algorithms takes them. */
export function signatureAlgorithm(name: keyof typeof algorithmUris, identity: Identity) {
  return class {
    getSignature = (octets: unknown) => signText(String(octets), name, identity)
    verifySignature = (octets: string, _: unknown, signature: string) => verifyText(octets, signature, name, identity)
    getAlgorithmName = () => algorithmUris[name]
  }
}

function signText(
  text: string,
  algorithm: keyof typeof algorithmUris,
  identity: Identity,
  saltLength?: number,
): string {
  const hashName = algorithm.slice(algorithm.indexOf('-') + 1)
  if (algorithm === 'hmac-sha256') return createHmac(hashName, identity.certificate).update(text).digest('base64')
  if (identity.signAlike !== undefined) return identity.signAlike(hashName, Buffer.from(text)).toString('base64')
  const key = { key: identity.privateKey, ...encodingOf(algorithm, saltLength) }
  return signOctets(hashName, Buffer.from(text), key).toString('base64')
}

function encodingOf(algorithm: keyof typeof algorithmUris, saltLength: number = constants.RSA_PSS_SALTLEN_DIGEST) {
  return algorithm.startsWith('pss')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
    : { dsaEncoding: 'ieee-p1363' as const }
}

function verifyText(
  text: string,
  signature: string,
  algorithm: keyof typeof algorithmUris,
  identity: Identity,
): boolean {
  const key = { key: createPublicKey(identity.privateKey), ...encodingOf(algorithm) }
  return verify(algorithm.slice(algorithm.indexOf('-') + 1), Buffer.from(text), key, Buffer.from(signature, 'base64'))
}

/** Fills a template of a Signature, so that what is signed may be anything. */
function byTemplate(xml: string, spec: SignatureSpec, identity: Identity): string {
  const id = idOf(xml, spec.of)
  const digest = spec.digest ?? 'sha256'
  const octets = canonicalByLibxml2(xml, { xpath: byId(id), prefixes: prefixesOf(spec.prefixList) })
  const keyInfo = keyInfoOf(spec, identity, 'ds:')
  const template = [
    '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>',
    spec.ownPrefixList === undefined
      ? `<ds:CanonicalizationMethod Algorithm="${exclusive}"/>`
      : `<ds:CanonicalizationMethod Algorithm="${exclusive}">${inclusiveNamespaces(spec.ownPrefixList)}</ds:CanonicalizationMethod>`,
    `<ds:SignatureMethod Algorithm="${algorithmUris[spec.algorithm ?? 'rsa-sha256']}"/>`,
    `<ds:Reference URI="#${id}"><ds:Transforms><ds:Transform Algorithm="${enveloped}"/>`,
    `<ds:Transform Algorithm="${exclusive}">${inclusiveNamespaces(spec.prefixList)}</ds:Transform></ds:Transforms>`,
    `<ds:DigestMethod Algorithm="${digestUris[digest]}"/>`,
    `<ds:DigestValue>${spec.digestValue ?? hash(digest, octets, 'base64')}</ds:DigestValue></ds:Reference>`,
    '</ds:SignedInfo><ds:SignatureValue>(signature)</ds:SignatureValue>',
    keyInfo === null ? '' : `<ds:KeyInfo>${keyInfo}</ds:KeyInfo>`,
    '</ds:Signature>',
  ].join('')
  const issuerEnd = new RegExp(`ID="${id}"[\\s\\S]*?</(?:[\\w.-]+:)?Issuer\\s*>`)
  const placed = xml.replace(issuerEnd, (found) => found + edit(template, spec.edits ?? []))
  const signedInfo = canonicalByLibxml2(placed, {
    xpath: `${byId(id)}/*[local-name(.)='Signature']/*[1]`,
    prefixes: prefixesOf(spec.ownPrefixList),
  })
  return placed.replace('(signature)', signText(signedInfo, spec.algorithm ?? 'rsa-sha256', identity, spec.saltLength))
}

/** The prefixes of a PrefixList; `''` for `#default`. */
export function prefixesOf(prefixList = ''): readonly string[] {
  return prefixList
    .split(' ')
    .filter((token) => token !== '')
    .map((token) => token.replace('#default', ''))
}

function inclusiveNamespaces(prefixList: string | undefined): string {
  return prefixList === undefined ? '' : `<ec:InclusiveNamespaces xmlns:ec="${exclusive}" PrefixList="${prefixList}"/>`
}

function idOf(xml: string, element: string): string {
  const id = new RegExp(`<(?:[\\w.-]+:)?${element}\\s[^>]*?\\bID="([^"]+)"`).exec(xml)?.[1]
  if (id === undefined) throw new Error(`no ID on ${element}`)
  return id
}
