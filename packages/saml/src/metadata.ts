/** Metadata of an identity provider (SAML metadata 2.4.3): whom it names itself, which keys it signs with, where it is. */
import { CertificateError, certificateFacts } from './certificate.ts'
import { parseDateTime } from './datetime.ts'
import { admitOctets } from './gate.ts'
import { attributeOf, childElements, childrenNamed, type Element, isElement, nameOf, textOf } from './nodes.ts'
import { shown } from './refusals.ts'
import { ds, md, samlp } from './vocabulary.ts'
import { parseXml } from './xml.ts'

export interface IdpMetadata {
  readonly entityId: string
  /** Signing certificates, bare base64 DER without line breaks, each once, in the document's order. */
  readonly certificates: readonly string[]
  readonly singleSignOn: readonly { readonly binding: string; readonly location: string }[]
  /** What the identity provider says about requests; absent if it says nothing. */
  readonly wantAuthnRequestsSigned?: boolean
  /** Milliseconds since the epoch, after which the document asks not to be used. */
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
    .trimStart()
  // The parser ends at a NUL.
  const admitted = admitOctets(Buffer.from(`${text}\0`))
  const document = admitted.ok ? parseXml(admitted.octets, admitted.start) : admitted
  if (!document.ok) {
    const { code, detail } = document.refusal
    return fail('metadata-not-xml', `this is not an XML document that can be read (${code}: ${detail}); ${download}`)
  }
  const descriptor = findDescriptor(document.root)
  if (!descriptor.ok) return descriptor
  const { entity, idp } = descriptor
  const entityId = attributeOf(entity, 'entityID') ?? ''
  if (entityId === '') return fail('metadata-without-entity-id', `the EntityDescriptor has no entityID; ${download}`)
  const certificates = readCertificates(idp)
  if (!certificates.ok) return certificates
  const wants = attributeOf(idp, 'WantAuthnRequestsSigned')
  const validUntil = parseDateTime(attributeOf(idp, 'validUntil') ?? attributeOf(entity, 'validUntil') ?? '')
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

/** People and products comment metadata. `<` cannot stand in a value, so what looks like a comment is one. */
const comments = /<!--[\s\S]*?-->/g

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
    return fail(
      'metadata-of-several',
      `found ${found.length} identity providers (${names.join(', ')}); keep one of them`,
    )
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

/** A KeyDescriptor without `use` serves for signing too (SAML metadata 2.4.1.1). */
function readCertificates(idp: Element): { readonly ok: true; readonly found: readonly string[] } | Failure {
  const found = new Set<string>()
  for (const key of childrenNamed(idp, md, 'KeyDescriptor')) {
    if ((attributeOf(key, 'use') ?? 'signing') !== 'signing') continue
    for (const element of certificatesIn(key)) {
      const bare = (textOf(element) ?? '').replace(/\s+/g, '')
      const problem = problemOf(bare)
      if (problem !== undefined) {
        return fail('metadata-certificate-invalid', `a signing certificate cannot be read: ${problem}; ${download}`)
      }
      found.add(bare)
    }
  }
  if (found.size > 0) return { ok: true, found: [...found] }
  return fail('metadata-without-certificate', `found no signing certificate, so nothing could be verified; ${download}`)
}

function certificatesIn(key: Element): readonly Element[] {
  return childrenNamed(key, ds, 'KeyInfo')
    .flatMap((info) => childrenNamed(info, ds, 'X509Data'))
    .flatMap((data) => childrenNamed(data, ds, 'X509Certificate'))
}

function problemOf(certificate: string): string | undefined {
  try {
    certificateFacts(certificate)
    return undefined
  } catch (error) {
    if (error instanceof CertificateError) return error.message
    throw error
  }
}
