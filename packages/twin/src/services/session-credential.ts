import { randomBytes } from 'node:crypto'
import type { Credential, NamedPolicy, Role, World } from '../world.ts'

export interface SessionOptions {
  readonly role: Role
  readonly sessionName: string
  readonly durationSeconds: number
  readonly sessionPolicy?: NamedPolicy
  readonly sourceIdentity?: string
  /** Context keys that travel with the session: tags as `aws:PrincipalTag/...`, `sagemaker:DomainId`, ... */
  readonly sessionContext?: Readonly<Record<string, string>>
}

/** Makes temporary credentials of a role and puts them into the world, without asking anyone: the callers have. */
export function issueSession(world: World, options: SessionOptions): Credential {
  const credential: Credential = {
    accessKeyId: `ASIA${base32(16)}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(240).toString('base64'),
    principal: { kind: 'role-session', roleArn: options.role.arn, sessionName: options.sessionName },
    accountId: options.role.arn.split(':')[4] ?? world.accountId,
    issuedAt: world.now(),
    expiresAt: world.now() + options.durationSeconds * 1000,
    ...(options.sessionPolicy && { sessionPolicy: options.sessionPolicy }),
    ...(options.sourceIdentity !== undefined && { sourceIdentity: options.sourceIdentity }),
    sessionContext: options.sessionContext ?? {},
  }
  world.credentials.set(credential.accessKeyId, credential)
  return credential
}

/** Upper-case letters and digits 2 to 7, as in access key ids and unique ids. */
export function base32(length: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  return [...randomBytes(length)].map((byte) => alphabet[byte % 32]).join('')
}
