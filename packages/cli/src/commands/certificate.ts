import { createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Command, text } from '../command.ts'
import { certificateOf, type KeyUse } from '../key-certificate.ts'
import { shownPath } from '../shown-path.ts'
import { exitCodes, Trouble } from '../trouble.ts'

/** `studio-gate certificate`: the public half of a KMS key in the form that identity providers take. */
export const certificate: Command = {
  name: 'certificate',
  summary: "Writes a certificate for one of the gate's keys in AWS KMS, which identity providers ask for.",
  details: [
    'For declarations with `encryptedAssertions` or `signedRequests`. Keep the file: every run makes another certificate for the same ' +
      'key, valid for ten years, and a provider that was given one need not be given the next.',
    'Its issuer is a key that is made for it and forgotten. What counts is the public key in it, whose private half does not leave KMS.',
  ],
  options: {
    'public-key': { type: 'string', value: 'FILE', about: 'what `aws kms get-public-key` prints, as JSON' },
    out: { type: 'string', value: 'FILE', about: 'where to write the certificate, PEM' },
  },
  examples: [
    'aws kms get-public-key --key-id "$DECRYPTION_KEY_ARN" > decryption-key.json',
    'studio-gate certificate --public-key decryption-key.json --out gate-encryption.pem',
  ],
  async run(values, _, { terminal }) {
    const [given, out] = [text(values, 'public-key'), text(values, 'out')]
    if (given === undefined || out === undefined)
      throw new Trouble(
        `\`--${given === undefined ? 'public-key' : 'out'}\` is missing`,
        'studio-gate certificate',
        'give both',
        exitCodes.usage,
      )
    const { key, use } = readPublicKey(resolve(given))
    writeFileSync(resolve(out), certificateOf(key, use, Date.now()))
    terminal.note(`note: the ${use} certificate is in ${shownPath(resolve(out))}`)
    return exitCodes.ok
  },
}

const uses: Readonly<Record<string, KeyUse>> = { ENCRYPT_DECRYPT: 'encryption', SIGN_VERIFY: 'signing' }

function readPublicKey(path: string): { readonly key: KeyObject; readonly use: KeyUse } {
  const trouble = (what: string) =>
    new Trouble(what, shownPath(path), 'give what `aws kms get-public-key --key-id ARN` prints for a key of the gate')
  const written = readFileSync(path, 'utf8')
  let json: { readonly PublicKey?: unknown; readonly KeyUsage?: unknown } | null
  try {
    json = JSON.parse(written)
  } catch {
    throw trouble('this is not JSON')
  }
  const { PublicKey, KeyUsage } = json ?? {}
  const use = Object.hasOwn(uses, String(KeyUsage)) ? uses[String(KeyUsage)] : undefined
  if (typeof PublicKey !== 'string' || use === undefined) throw trouble('there is no PublicKey with a known KeyUsage')
  let key: KeyObject
  try {
    key = createPublicKey({ key: Buffer.from(PublicKey, 'base64'), format: 'der', type: 'spki' })
  } catch {
    throw trouble('PublicKey is not the base64 of a public key')
  }
  if (key.asymmetricKeyType !== 'rsa') throw trouble(`found a key of type \`${key.asymmetricKeyType}\`, expected RSA`)
  return { key, use }
}
