/** Physical ids in AWS's shapes, the same in every boot with the same seed: each follows from the seed, its kind and a name alone. */
import { createHash } from 'node:crypto'

export interface Ids {
  /** `<kind>-0` and 16 hexadecimal digits, as EC2 makes them. */
  ec2(kind: string, name: string): string
  /** Lower-case letters and digits. */
  alphanumeric(kind: string, name: string, length: number): string
  /** Upper-case letters and digits, as in `AROA...`. */
  unique(prefix: string, name: string): string
  /** Decimal digits. */
  digits(kind: string, name: string, length: number): string
}

const lower = 'abcdefghijklmnopqrstuvwxyz0123456789'
const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export function createIds(seed: string): Ids {
  const digest = (kind: string, name: string) =>
    createHash('sha256')
      .update(JSON.stringify([seed, kind, name]))
      .digest()
  const spelled = (bytes: Buffer, alphabet: string, length: number) =>
    [...bytes.subarray(0, length)].map((byte) => alphabet[byte % alphabet.length]).join('')
  return {
    ec2: (kind, name) => `${kind}-0${digest(kind, name).toString('hex').slice(0, 16)}`,
    alphanumeric: (kind, name, length) => spelled(digest(kind, name), lower, length),
    unique: (prefix, name) => `${prefix}${spelled(digest(prefix, name), upper, 17)}`,
    digits: (kind, name, length) => spelled(digest(kind, name), '0123456789', length),
  }
}
