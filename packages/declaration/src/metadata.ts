import { join } from './check.ts'
import type { IdentityProviderSettings } from './declaration.ts'
import type { Report } from './problem.ts'

/** What the identity provider's metadata says, as far as a declaration needs it. */
export interface ProviderMetadata {
  readonly entityId: string
  /** Bare base64 DER. */
  readonly certificates: readonly string[]
  readonly singleSignOn?: readonly { readonly binding: string; readonly location: string }[]
  readonly wantAuthnRequestsSigned?: boolean
}

/** What the caller reads for a declaration: this package touches neither disk nor XML. */
export interface Reading {
  /** Text of a file named relative to the declaration; undefined: there is none. Throws: it is there and cannot be read. */
  readonly readFile: (relativePath: string) => string | undefined
  readonly readMetadata: (
    xml: string,
  ) =>
    | { readonly ok: true; readonly metadata: ProviderMetadata }
    | { readonly ok: false; readonly error: { readonly code: string; readonly detail: string } }
}

/** Stands in for the entity id while there is no metadata; distinct for each provider, and never that of a real one. */
export const absentEntityId = (name: string): string => `urn:studio-gate:no-metadata:${name}`

/**
 * Reads the metadata of every identity provider. A provider whose file is absent is left out, with a warning; a file that is no metadata
 * is an error.
 */
export function readAllMetadata(
  providers: Readonly<Record<string, IdentityProviderSettings>>,
  reading: Reading,
  report: Report,
): ReadonlyMap<string, ProviderMetadata> {
  const found = new Map<string, ProviderMetadata>()
  for (const [name, settings] of Object.entries(providers)) {
    const metadata = readOne(name, settings.metadata, reading, report)
    if (metadata === undefined) continue
    const twin = [...found].find(([, other]) => other.entityId === metadata.entityId)?.[0]
    if (twin !== undefined)
      report.error(
        join(`identityProviders.${name}`, 'metadata'),
        `\`${settings.metadata}\` has the entity id \`${metadata.entityId}\`, and so has the metadata of \`${twin}\``,
        'declare each identity provider once, or give each its own metadata file',
      )
    judgeRequests(name, settings, metadata, report)
    found.set(name, metadata)
  }
  return found
}

type RequestBinding = NonNullable<IdentityProviderSettings['signInRequests']>

/** As metadata names them (SAML bindings 3.4.2, 3.5.2). */
const bindings: Readonly<Record<RequestBinding, string>> = { redirect: 'HTTP-Redirect', post: 'HTTP-POST' }

/** Where browsers are sent with a request; undefined where the metadata names no such place. */
export function requestLocation(metadata: ProviderMetadata, wanted: RequestBinding): string | undefined {
  const uri = `urn:oasis:names:tc:SAML:2.0:bindings:${bindings[wanted]}`
  return metadata.singleSignOn?.find(({ binding, location }) => binding === uri && /^https:\/\/[^\s#]+$/.test(location))
    ?.location
}

function judgeRequests(
  name: string,
  { signInRequests, signedRequests, metadata: file }: IdentityProviderSettings,
  metadata: ProviderMetadata,
  report: Report,
): void {
  if (signInRequests === undefined) return
  const path = `identityProviders.${name}.signInRequests`
  if (requestLocation(metadata, signInRequests) === undefined)
    report.error(
      path,
      `\`${file}\` names no SingleSignOnService with the ${bindings[signInRequests]} binding at an https URL`,
      'switch it on at the identity provider and download its metadata again, or remove `signInRequests`',
    )
  if (metadata.wantAuthnRequestsSigned === true && signedRequests === undefined)
    report.warning(
      path,
      `\`${file}\` asks for signed requests, and these are not signed`,
      'add `signedRequests: rsa-sha256`, or switch off at the identity provider that requests of this application must be signed',
    )
}

function readOne(name: string, file: string, reading: Reading, report: Report): ProviderMetadata | undefined {
  const path = `identityProviders.${name}.metadata`
  const again = 'download the SAML metadata of the identity provider again and put it there'
  let xml: string | undefined
  try {
    xml = reading.readFile(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    report.error(path, `\`${file}\` cannot be read${code}`, 'make it a file that you may read')
    return undefined
  }
  if (xml === undefined) {
    report.warning(
      path,
      `\`${file}\` is not there: the gate refuses everyone of \`${name}\``,
      'expected at a first deployment; then create the application at the identity provider, put its metadata file there, deploy again',
    )
    return undefined
  }
  const result = reading.readMetadata(xml)
  if (!result.ok) {
    report.error(
      path,
      `\`${file}\` is not metadata of a SAML identity provider: ${result.error.detail} (${result.error.code})`,
      again,
    )
    return undefined
  }
  if (result.metadata.certificates.length === 0) {
    report.error(path, `\`${file}\` has no signing certificate`, again)
    return undefined
  }
  return result.metadata
}
