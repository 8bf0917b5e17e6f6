/** Java's own XML Signature, in one process for all documents: an implementation that has nothing of libxml2, OpenSSL or JavaScript. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { program } from './requirement.ts'
import type { Answer } from './xmlsec.ts'

/** The compiler, because the source is run as it is. */
export const java = program('javac', 'apt-get install openjdk-17-jdk-headless')

export interface JavaQuestion {
  readonly xml: string
  /** The element whose own signature is meant. */
  readonly of: 'Response' | 'Assertion'
  /** Bare base64. */
  readonly certificate: string
}

export function verifyByJava(questions: readonly JavaQuestion[]): readonly Answer[] {
  const folder = mkdtempSync(join(tmpdir(), 'studio-gate-java-'))
  try {
    const lines = questions.map(({ xml, of, certificate }, index) => {
      const file = join(folder, `${index}.xml`)
      writeFileSync(file, xml)
      return `${file} ${of} ${certificate}`
    })
    const source = join(import.meta.dirname, 'JavaXmlDsig.java')
    const run = spawnSync('java', [source], {
      input: lines.join('\n'),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      timeout: 120_000,
    })
    if (run.status !== 0) throw new Error(`java ends with ${run.status}: ${run.stderr}`)
    const answers = run.stdout.trimEnd().split('\n').map(answerOf)
    if (answers.length !== questions.length) throw new Error(`${answers.length} answers: ${run.stderr}`)
    return answers
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function answerOf(line: string): Answer {
  const [word, digested = '', signedInfo = ''] = line.split(' ')
  if (word !== 'valid') return { verified: false, digested: '', signedInfo: '' }
  const text = (base64: string) => Buffer.from(base64, 'base64').toString('utf8')
  return { verified: true, digested: text(digested), signedInfo: text(signedInfo) }
}
