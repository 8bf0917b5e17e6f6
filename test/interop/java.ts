/** Java's own XML Signature, in one process for all documents: it has nothing of libxml2, OpenSSL or JavaScript. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { program } from './requirement.ts'
import type { Answer, Question, Verifier } from './verifier.ts'

/** The compiler, because the source is run as it is. */
const need = program('javac', 'apt-get install default-jdk-headless')

export const java: Verifier = { name: 'Java', need, knowsPss: true, verify }

function verify(questions: readonly Question[]): readonly Answer[] {
  const folder = mkdtempSync(join(tmpdir(), 'studio-gate-java-'))
  try {
    const lines = questions.map(({ xml, of, publicKey }, index) => {
      const file = join(folder, `${index}.xml`)
      writeFileSync(file, xml)
      const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
      return `${file} ${of} ${publicKey.asymmetricKeyType?.toUpperCase()} ${key}`
    })
    const source = join(import.meta.dirname, 'JavaXmlDsig.java')
    const options = { input: lines.join('\n'), encoding: 'utf8', maxBuffer: 1 << 30, timeout: 120_000 } as const
    // Java's own limit on the length of names, a thousand characters, counts namespaces; what is asked here is not how much it takes.
    const run = spawnSync('java', ['-Djdk.xml.maxXMLNameLimit=1000000', source], options)
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
  const text = (base64: string) => Buffer.from(base64, 'base64').toString('utf8')
  return { verified: word === 'valid', digested: text(digested), signedInfo: text(signedInfo) }
}
