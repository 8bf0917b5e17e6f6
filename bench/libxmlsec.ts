/** libxmlsec through its Python binding, installed from PyPI into `bench/peers/venv` the first time it is needed. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Interrupted } from '../packages/cli/src/trouble.ts'
import { peersFolder } from './peers.ts'

export const libxmlsecScript = join(peersFolder, 'libxmlsec.py')

const venv = join(peersFolder, 'venv')
const python = join(venv, 'bin', 'python')
const requirements = join(peersFolder, 'requirements.txt')
/** Written last, so that an installation that was cut off counts as none. */
const stamp = join(venv, '.installed-from')

/** The Python that has it, or why it is left out: it is one of several to compare with, so nothing fails without it. */
export type Libxmlsec = { readonly python: string } | { readonly absent: string }

export async function installLibxmlsec(stop: AbortSignal): Promise<Libxmlsec> {
  const wanted = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return { python }
  await rm(venv, { recursive: true, force: true })
  if (!(await succeeds('python3', ['-m', 'venv', venv], stop))) {
    return { absent: 'it needs python3 with its venv module (apt-get install python3-venv)' }
  }
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:']
  if (!(await succeeds(python, [...install, '-r', requirements], stop))) {
    return { absent: 'pip cannot install bench/peers/requirements.txt as wheels' }
  }
  // Both wheels bring a libxml2, and they refuse each other where these differ.
  if (!(await succeeds(python, ['-c', 'import xmlsec'], stop))) return { absent: 'its wheel cannot be loaded here' }
  await writeFile(stamp, wanted)
  return { python }
}

function succeeds(command: string, args: readonly string[], stop: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const ended = (succeeded: boolean) => (stop.aborted ? reject(new Interrupted('interrupted')) : resolve(succeeded))
    const child = spawn(command, args, { signal: stop, killSignal: 'SIGKILL', stdio: 'ignore', timeout: 120_000 })
    child.once('error', () => ended(false))
    child.once('exit', (code) => ended(code === 0))
  })
}
