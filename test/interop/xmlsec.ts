/** libxmlsec's own command (Debian's xmlsec1): verifies signatures, and shows the octets that it digested and verified. */
import { spawnSync } from 'node:child_process'
import type { KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { program } from './requirement.ts'

export const xmlsec = program('xmlsec1', 'apt-get install xmlsec1')

export interface Question {
  readonly publicKey: KeyObject
  /** XPath of the Signature to verify; xmlsec1 takes the first that it finds. */
  readonly signature: string
  /** Elements whose `ID` is one: `namespace:name`, or `name` without a namespace. */
  readonly identified: readonly string[]
}

export interface Answer {
  readonly verified: boolean
  /** The octets of the Reference and of SignedInfo, as they went into the digests; empty where it gave up before. */
  readonly digested: string
  readonly signedInfo: string
}

/** Of SAML's elements those that may be signed. */
export const samlElements = [
  'urn:oasis:names:tc:SAML:2.0:protocol:Response',
  'urn:oasis:names:tc:SAML:2.0:assertion:Assertion',
]

export function signatureOf(element: 'Response' | 'Assertion' | 'AuthnRequest'): string {
  return `//*[local-name()='${element}']/*[local-name()='Signature']`
}

/** One process for all documents: it ends at the first that it refuses, and is started again behind it. */
export function verifyByXmlsec(documents: readonly string[], question: Question): readonly Answer[] {
  const folder = mkdtempSync(join(tmpdir(), 'studio-gate-xmlsec-'))
  try {
    writeFileSync(join(folder, 'key.pem'), question.publicKey.export({ type: 'spki', format: 'pem' }))
    for (const [index, xml] of documents.entries()) writeFileSync(join(folder, `${index}.xml`), xml)
    const answers: Answer[] = []
    while (answers.length < documents.length)
      answers.push(...verifyFrom(answers.length, documents.length, folder, question))
    return answers
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function verifyFrom(first: number, end: number, folder: string, question: Question): readonly Answer[] {
  const files = Array.from({ length: end - first }, (_, index) => `${first + index}.xml`)
  const run = spawnSync(
    'xmlsec1',
    [
      ...['--verify', '--store-references', '--store-signatures', '--print-debug', '--pubkey-pem', 'key.pem'],
      // No key of the document's own: what KeyInfo says counts for nothing.
      ...['--enabled-key-data', 'hmac', '--node-xpath', question.signature],
      ...question.identified.flatMap((name) => ['--id-attr:ID', name]),
      ...files,
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
  return [...answers.slice(0, before), answers[before] ?? { verified: false, digested: '', signedInfo: '' }]
}

function stored(kind: 'PreDigest' | 'PreSigned', context: string): string {
  const pattern = new RegExp(`== ${kind} data - start buffer:\\n([\\s\\S]*?)\\n== ${kind} data - end buffer\\n`)
  return pattern.exec(context)?.[1] ?? ''
}
