import { createHash } from 'node:crypto'

/** SHA-256 in hexadecimal, by which an auditor finds the very file again. */
export function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
