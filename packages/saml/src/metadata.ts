/** Metadata of an identity provider (SAML metadata 2.4.3): whom it names itself, which keys it signs with, where it is. */
import type { X509Certificate } from 'node:crypto'
import { CertificateError, readCertificate } from './certificate.ts'
import { parseDateTime } from './datetime.ts'
import { admitOctets } from './gate.ts'
import { attributeOf, childElements, childrenNamed, type Element, isElement, nameOf, textOf } from './nodes.ts'
import { shown } from './refusals.ts'
import { ds, md, samlp } from './vocabulary.ts'
import { parseXml } from './xml.ts'

export interface IdpMetadata {
  readonly entityId: string
  /** Signing certificates, bare base64 DER without line breaks, each once, in the document's order; none of their issuers. */
  readonly certificates: readonly string[]
  readonly singleSignOn: readonly { readonly binding: string; readonly location: string }[]
  /** What the identity provider says about requests; absent if it says nothing. */
  readonly wantAuthnRequestsSigned?: boolean
  /** Milliseconds since the epoch, after which the document asks not to be used: the earliest end around the role. */
  readonly validUntil?: number
}

export type MetadataErrorCode =
  | 'metadata-not-xml'
  | 'metadata-of-another-kind'
  | 'metadata-of-a-service-provider'
  | 'metadata-of-several'
  | 'metadata-without-entity-id'
  | 'metadata-without-certificate'
  | 'metadata-certificate-invalid'
  | 'metadata-valid-until'

/** What is wrong with the document and what to do about it, in `detail`. */
export interface MetadataError {
  readonly code: MetadataErrorCode
  readonly detail: string
}

export type MetadataResult =
  | { readonly ok: true; readonly metadata: IdpMetadata }
  | { readonly ok: false; readonly error: MetadataError }

/**
 * Reads the metadata document of one identity provider, as an administrator downloads it. It is trusted by having been
 * put in place by hand: a signature in it is not verified, and what is not needed is not judged.
 */
export function readIdpMetadata(xml: string): MetadataResult {
  const text = xml
    .replace(/^\ufeff/, '')
    .replace(comments, '')
    .replace(declaredXml, '')
    .trimStart()
  if (/^\ufffd|\0/.test(text)) return fail('metadata-not-xml', 'this file is UTF-16, or no text: save it as UTF-8')
  // The parser ends at a NUL.
  const admitted = admitOctets(Buffer.from(`${text}\0`))
  const document = admitted.ok ? parseXml(admitted.octets, admitted.start) : admitted
  if (!document.ok) {
    const { code, detail } = document.refusal
    const todo = code === 'too-many-elements' ? `this may be a whole federation: ${onlyOne}` : download
    return fail('metadata-not-xml', `this is not an XML document that can be read (${code}: ${detail}); ${todo}`)
  }
  const descriptor = findDescriptor(document.root)
  if (!descriptor.ok) return descriptor
  const { entity, idp } = descriptor
  const entityId = attributeOf(entity, 'entityID') ?? ''
  if (entityId === '') return fail('metadata-without-entity-id', `the EntityDescriptor has no entityID; ${download}`)
  if (entityId.includes('{')) {
    return fail(
      'metadata-of-several',
      `the entityID ${shown(entityId)} stands for many, as in the file of all tenants; ${download}`,
    )
  }
  const certificates = readCertificates(idp)
  if (!certificates.ok) return certificates
  const end = readEnd(idp)
  if (!end.ok) return end
  const { validUntil } = end
  const wants = attributeOf(idp, 'WantAuthnRequestsSigned')
  return {
    ok: true,
    metadata: {
      entityId,
      certificates: certificates.found,
      singleSignOn: childrenNamed(idp, md, 'SingleSignOnService').map((service) => ({
        binding: attributeOf(service, 'Binding') ?? '',
        location: attributeOf(service, 'Location') ?? '',
      })),
      ...(wants === undefined ? {} : { wantAuthnRequestsSigned: wants === 'true' || wants === '1' }),
      ...(validUntil === undefined ? {} : { validUntil }),
    },
  }
}

const download = 'download the SAML metadata file of the application at your identity provider and use it unchanged'
const onlyOne = 'keep the EntityDescriptor of your identity provider alone'

/** People and products comment metadata. `<` cannot stand in a value, so what looks like a comment is one. */
const comments = /<!--[\s\S]*?-->/g

/**
 * The prefix `xml` may be declared, as what it is (Namespaces in XML, section 3), and Shibboleth does. It says nothing; the parser, which
 * meets none in responses, knows no such declaration.
 */
const declaredXml = /\sxmlns:xml\s*=\s*(["'])http:\/\/www\.w3\.org\/XML\/1998\/namespace\1/g

type Failure = Extract<MetadataResult, { readonly ok: false }>

function fail(code: MetadataErrorCode, detail: string): Failure {
  return { ok: false, error: { code, detail } }
}

type Descriptor = { readonly ok: true; readonly entity: Element; readonly idp: Element }

/** The one IDPSSODescriptor of the document, with its EntityDescriptor. */
function findDescriptor(root: Element): Descriptor | Failure {
  const isAggregate = isElement(root, md, 'EntitiesDescriptor')
  if (!isAggregate && !isElement(root, md, 'EntityDescriptor')) {
    return fail('metadata-of-another-kind', `found ${shown(nameOf(root))}, expected an EntityDescriptor; ${download}`)
  }
  const entities = isAggregate ? entitiesIn(root) : [root]
  const found = entities.flatMap((entity) => {
    return childrenNamed(entity, md, 'IDPSSODescriptor')
      .filter((idp) => (attributeOf(idp, 'protocolSupportEnumeration') ?? samlp).split(/\s+/).includes(samlp))
      .map((idp) => ({ ok: true, entity, idp }) as const)
  })
  const [only, another] = found
  if (another !== undefined) {
    const names = found.map(({ entity }) => shown(attributeOf(entity, 'entityID'))).slice(0, 5)
    const detail = `found ${found.length} IDPSSODescriptors for SAML 2.0 (of ${names.join(', ')}); ${onlyOne}, with one of them`
    return fail('metadata-of-several', detail)
  }
  if (only !== undefined) return only
  if (entities.some((entity) => childrenNamed(entity, md, 'SPSSODescriptor').length > 0)) {
    const detail = `this is the metadata of a service provider, not of an identity provider; ${download}`
    return fail('metadata-of-a-service-provider', detail)
  }
  return fail('metadata-of-another-kind', `found no IDPSSODescriptor for SAML 2.0; ${download}`)
}

function entitiesIn(aggregate: Element): readonly Element[] {
  return childElements(aggregate).flatMap((child) => {
    if (isElement(child, md, 'EntitiesDescriptor')) return entitiesIn(child)
    return isElement(child, md, 'EntityDescriptor') ? [child] : []
  })
}

/** The earliest `validUntil`: it bounds the element that has it and all that it contains (SAML metadata 2.3.1, 2.3.2). */
function readEnd(idp: Element): { readonly ok: true; readonly validUntil: number | undefined } | Failure {
  let validUntil: number | undefined
  for (let element: Element | undefined = idp; element !== undefined; element = element.parent) {
    const text = attributeOf(element, 'validUntil')
    if (text === undefined) continue
    const time = timeIn(text)
    if (time === undefined) return fail('metadata-valid-until', `found validUntil ${shown(text)}, no time; ${download}`)
    validUntil = Math.min(validUntil ?? time, time)
  }
  return { ok: true, validUntil }
}

/** The time that an xs:dateTime names, in any zone; one in none is taken for UTC, which is all that SAML has (core 1.3.3). */
function timeIn(text: string): number | undefined {
  const zone = text.search(/(?:Z|[+-]\d\d:\d\d)?$/)
  const local = parseDateTime(`${text.slice(0, zone)}Z`)
  const ahead = Date.parse(`1970-01-01T00:00:00${text.slice(zone) || 'Z'}`)
  return local === undefined || Number.isNaN(ahead) ? undefined : local + ahead
}

/** A KeyDescriptor without `use` serves for signing too (SAML metadata 2.4.1.1). */
function readCertificates(idp: Element): { readonly ok: true; readonly found: readonly string[] } | Failure {
  const data = childrenNamed(idp, md, 'KeyDescriptor')
    .filter((key) => (attributeOf(key, 'use') ?? 'signing') === 'signing')
    .flatMap((key) => childrenNamed(key, ds, 'KeyInfo'))
    .flatMap((info) => childrenNamed(info, ds, 'X509Data'))
  try {
    const found = new Set(data.flatMap(readX509Data).map(({ raw }) => raw.toString('base64')))
    if (found.size > 0) return { ok: true, found: [...found] }
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    return fail('metadata-certificate-invalid', `a signing certificate cannot be read: ${error.message}; ${download}`)
  }
  return fail('metadata-without-certificate', `found no signing certificate, so nothing could be verified; ${download}`)
}

/**
 * The certificates but those that issued another one of them: beside the one of the key may stand the chain behind it (XML Signature
 * 4.5.4), whose keys sign certificates, not responses. Throws `CertificateError`.
 */
function readX509Data(data: Element): readonly X509Certificate[] {
  const all = childrenNamed(data, ds, 'X509Certificate').map((element) => readCertificate(textOf(element) ?? ''))
  return all.filter((one) => !all.some((other) => issued(one, other)))
}

/** A certificate that was renewed for the same key is not its issuer. */
function issued(one: X509Certificate, other: X509Certificate): boolean {
  return !one.publicKey.equals(other.publicKey) && other.verify(one.publicKey)
}
