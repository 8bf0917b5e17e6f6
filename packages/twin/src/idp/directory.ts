/** The identity provider: people, applications, one signing key. It exists before any template, which needs its metadata. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { certificatePem, selfSignedCertificate } from './certificate.ts'
import { type Encryption, encryptAssertion } from './encrypt.ts'
import { metadataDocument } from './metadata.ts'
import { buildResponse, type ResponseContent, type SigningKey, signBoth, signElement } from './response.ts'

export interface User {
  /** What is typed at the portal. */
  readonly name: string
  readonly password: string
  /** Stable id, `${user:subject}`. */
  readonly subject: string
  readonly email: string
  readonly groups: readonly string[]
}

/** A SAML 2.0 application as its administrator enters it (rows 6.3, 6.4). */
export interface Application {
  readonly name: string
  readonly acsUrl: string
  readonly audience: string
  /** Attribute name to `${user:email}`, `${user:groups}`, `${user:name}`, `${user:subject}`, `${user:AD_GUID}` or a literal. */
  readonly attributes: Readonly<Record<string, string>>
  /** The compulsory Subject mapping: `${user:subject}`, persistent, when absent. */
  readonly subject?: { readonly value: string; readonly format: string }
  readonly relayState?: string
  /** Absent: assertions are not encrypted. */
  readonly encryption?: Encryption
  /** PEM: requests must be signed with its key. Absent: their signatures are not looked at. */
  readonly requestCertificate?: string
}

/** How a response deviates from the one that the directory sends by itself. Everything absent is as it should be. */
export interface IssueOptions {
  /** Epoch milliseconds; the present when absent. */
  readonly now?: number
  readonly inResponseTo?: string
  readonly content?: Partial<ResponseContent>
  /** Called between building and signing: what it returns is genuinely signed. */
  readonly editBeforeSigning?: (xml: string) => string
  /** Replaces the signing by both signatures with the directory's key. */
  readonly sign?: (xml: string) => string
  readonly editAfterSigning?: (xml: string) => string
}

export interface Directory {
  readonly region: string
  readonly users: readonly User[]
  readonly entityId: string
  readonly metadataXml: string
  /** Signing certificate, bare base64 DER. */
  readonly certificate: string
  /** Path part of the IdP's URLs at `portal.sso.<region>.amazonaws.com`. */
  readonly instanceId: string
  readonly portalHost: string
  readonly portalUrl: string
  applications(): readonly Application[]
  /** One of the same audience and ACS URL is replaced. */
  registerApplication(application: Application): void
  /** The base64 form field. */
  issue(application: Application, user: User, options?: IssueOptions): string
}

const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
const minute = 60_000
/** The same in every directory, so that a declaration can name it as the origin of sign-ins. */
const portalHost = 'd-0123456789.awsapps.com'

export function createDirectory(options: { readonly region: string; readonly users: readonly User[] }): Directory {
  const { region, users } = options
  const key = generateSigningKey('identity.twin')
  const instanceId = Buffer.from(`${digits(12)}_ins-${randomBytes(8).toString('hex')}`).toString('base64')
  const base = `https://portal.sso.${region}.amazonaws.com`
  const entityId = `${base}/saml/assertion/${instanceId}`
  const applications: Application[] = []
  return {
    region,
    users,
    entityId,
    metadataXml: metadataDocument(base, instanceId, key.bare),
    certificate: key.bare,
    instanceId,
    portalHost,
    portalUrl: `https://${portalHost}/start`,
    applications: () => applications,
    registerApplication(application) {
      const { acsUrl, audience } = application
      const at = applications.findIndex((known) => known.acsUrl === acsUrl && known.audience === audience)
      applications.splice(at < 0 ? applications.length : at, 1, application)
    },
    issue(application, user, issue = {}) {
      const built = buildResponse({ ...contentFor(entityId, application, user, issue), ...issue.content })
      const edited = issue.editBeforeSigning?.(built) ?? built
      const signed = issue.sign ? issue.sign(edited) : signFor(application, edited, key)
      return Buffer.from(issue.editAfterSigning?.(signed) ?? signed).toString('base64')
    },
  }
}

/** The assertion's signature goes into the ciphertext, the response's around it. */
function signFor({ encryption }: Application, document: string, key: SigningKey): string {
  if (encryption === undefined) return signBoth(document, key)
  return signElement(encryptAssertion(signElement(document, 'Assertion', key), encryption), 'Response', key)
}

/** RSA-2048 with a self-signed certificate. */
export function generateSigningKey(commonName: string): SigningKey & { readonly bare: string } {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const bare = selfSignedCertificate(privateKey, commonName, Date.now() - minute)
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: certificatePem(bare),
    bare,
  }
}

/** Valid for an hour from now, as Identity Center sends it (row 6.9). */
function contentFor(entityId: string, application: Application, user: User, issue: IssueOptions): ResponseContent {
  const now = issue.now ?? Date.now()
  return {
    issuer: entityId,
    destination: application.acsUrl,
    recipient: application.acsUrl,
    audience: application.audience,
    ...(issue.inResponseTo !== undefined && { inResponseTo: issue.inResponseTo }),
    nameId: {
      value: mapped(application.subject?.value ?? `\${user:subject}`, user)[0] ?? '',
      format: application.subject?.format ?? persistent,
    },
    attributes: new Map(Object.entries(application.attributes).map(([name, value]) => [name, mapped(value, user)])),
    issuedAt: now,
    notBefore: now - 5 * minute,
    notOnOrAfter: now + 60 * minute,
    sessionNotOnOrAfter: now + 60 * minute,
  }
}

/** An attribute mapping's values for a user; a literal stands for itself. */
function mapped(expression: string, user: User): readonly string[] {
  const name = /^\$\{user:(\w+)\}$/.exec(expression)?.[1]
  switch (name) {
    case undefined:
      return [expression]
    case 'email':
      return [user.email]
    case 'groups':
      return user.groups
    case 'name':
    case 'preferredUsername':
      return [user.name]
    case 'subject':
    case 'AD_GUID':
      return [user.subject]
    default:
      return []
  }
}

function digits(length: number): string {
  return [...randomBytes(length)].map((byte) => byte % 10).join('')
}
