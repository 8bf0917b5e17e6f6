/** libxmlsec's own command (Debian's xmlsec1): verifies signatures, and shows the octets that it digested and verified. */
import { spawnSync } from 'node:child_process'
import type { KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { names, uris } from '../../packages/saml/test/generated.ts'
import { program } from './requirement.ts'
import type { Answer, Question, Verifier } from './verifier.ts'

const need = program('xmlsec1', 'apt-get install xmlsec1')

/** Version 1.2 has no RSASSA-PSS. */
export const xmlsec: Verifier = { name: 'xmlsec1', need, knowsPss: false, verify }

/** Elements whose `ID` is one, as xmlsec1 takes them: `namespace:name`, or `name` without a namespace. */
const identified = [
  'urn:oasis:names:tc:SAML:2.0:protocol:Response',
  'urn:oasis:names:tc:SAML:2.0:protocol:AuthnRequest',
  'urn:oasis:names:tc:SAML:2.0:assertion:Assertion',
  ...names,
  ...names.flatMap((name) => uris.map((uri) => `${uri}:${name}`)),
]

/** One process for all documents with signatures by one key at one place. */
function verify(questions: readonly Question[]): readonly Answer[] {
  const answers = new Map<Question, Answer>()
  const alike = Map.groupBy(questions, ({ of, publicKey }) => `${of} ${publicKey.export(spki)}`)
  for (const group of alike.values()) {
    const folder = mkdtempSync(join(tmpdir(), 'studio-gate-xmlsec-'))
    try {
      for (const [index, { xml }] of group.entries()) writeFileSync(join(folder, `${index}.xml`), xml)
      for (let at = 0; at < group.length; ) {
        for (const answer of verifyFrom(at, group, folder)) {
          const question = group[at++]
          if (question !== undefined) answers.set(question, answer)
        }
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  return questions.map((question) => answers.get(question) ?? refused)
}

const spki = { type: 'spki', format: 'pem' } as const
const refused: Answer = { verified: false, digested: '', signedInfo: '' }

/** It ends at the first document that it refuses: at least one answer, and not always all. */
function verifyFrom(first: number, group: readonly Question[], folder: string): readonly Answer[] {
  const { of = '', publicKey } = group[first] ?? {}
  writeFileSync(join(folder, 'key.pem'), publicKey?.export(spki) ?? '')
  const signature = `*[local-name()='Signature' and namespace-uri()='http://www.w3.org/2000/09/xmldsig#']`
  const run = spawnSync(
    'xmlsec1',
    [
      ...['--verify', '--store-references', '--store-signatures', '--print-debug', '--pubkey-pem', 'key.pem'],
      // No key of the document's own: what KeyInfo says counts for nothing.
      ...['--enabled-key-data', 'hmac', '--node-xpath', `//*[local-name()='${of}']/${signature}`],
      ...identified.flatMap((name) => ['--id-attr:ID', name]),
      ...group.slice(first).map((_, index) => `${first + index}.xml`),
    ],
    { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 30, timeout: 120_000 },
  )
  if (run.error !== undefined) throw run.error
  const contexts = run.stdout.split('= VERIFICATION CONTEXT\n').slice(1)
  const answers = contexts.map((context) => ({
    verified: context.startsWith('== Status: succeeded\n'),
    digested: stored('PreDigest', context),
    signedInfo: stored('PreSigned', context),
  }))
  const failed = /^Error: failed to verify file "(\d+)\.xml"$/m.exec(run.stderr)?.[1]
  if ((failed === undefined) !== (run.status === 0)) throw new Error(`xmlsec1 ends with ${run.status}: ${run.stderr}`)
  if (failed === undefined) return answers
  const before = Number(failed) - first
  return [...answers.slice(0, before), answers[before] ?? refused]
}

function stored(kind: 'PreDigest' | 'PreSigned', context: string): string {
  const pattern = new RegExp(`== ${kind} data - start buffer:\\n([\\s\\S]*?)\\n== ${kind} data - end buffer\\n`)
  return pattern.exec(context)?.[1] ?? ''
}

/** A document of its own with EncryptedData (XML Encryption 1.1 section 3) in the element's place; `wrap` is an EncryptionMethod. */
export function encryptByXmlsec(element: string, publicKey: KeyObject, content: string, wrap: string): string {
  const value = '<xenc:CipherData><xenc:CipherValue/></xenc:CipherData>'
  const key = `<xenc:EncryptedKey>${wrap}${value}</xenc:EncryptedKey>`
  const template = `<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Type="http://www.w3.org/2001/04/xmlenc#Element"><xenc:EncryptionMethod Algorithm="${content}"/><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${key}</ds:KeyInfo>${value}</xenc:EncryptedData>`
  const bits = /aes(\d+)/.exec(content)?.[1]
  const pem = publicKey.export({ type: 'spki', format: 'pem' })
  const files = { 'key.pem': pem, 'element.xml': element, 'template.xml': template }
  const args = ['--encrypt', '--pubkey-pem', 'key.pem', '--session-key', `aes-${bits}`, '--xml-data', 'element.xml']
  const encrypted = runXmlsec(files, [...args, 'template.xml'])
  if (encrypted === undefined) throw new Error(`xmlsec1 does not encrypt with ${content}`)
  return encrypted.replace(/^<\?[^>]*\?>\s*/, '').trimEnd()
}

/** The document with the element in the place of its EncryptedData; undefined for what xmlsec1 refuses. */
export function decryptByXmlsec(xml: string, privateKey: KeyObject): string | undefined {
  const files = { 'key.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }), 'document.xml': xml }
  return runXmlsec(files, [
    ...['--decrypt', '--privkey-pem', 'key.pem', '--node-name', 'http://www.w3.org/2001/04/xmlenc#:EncryptedData'],
    ...['--id-attr:Id', 'http://www.w3.org/2001/04/xmlenc#:EncryptedKey', 'document.xml'],
  ])
}

function runXmlsec(files: Readonly<Record<string, string | Buffer>>, args: readonly string[]): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'studio-gate-xmlsec-'))
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    const run = spawnSync('xmlsec1', args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26, timeout: 30_000 })
    if (run.error !== undefined) throw run.error
    return run.status === 0 ? run.stdout : undefined
  } finally {
    rmSync(folder, { recursive: true })
  }
}
