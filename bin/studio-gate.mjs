#!/usr/bin/env node
// The command. Any Node from 20 on may start it; the work is done by Node 24, which the lockfile brings along.
import { fileURLToPath } from 'node:url'
import { become, findNode } from './node24.mjs'

const node = findNode()
if (!node.ok) {
  process.stderr.write(node.message)
  process.exitCode = 3
} else if (node.path === process.execPath) {
  stopWithTheReader()
  const { main } = await import('../packages/cli/src/main.ts')
  process.exitCode = await main(process.argv.slice(2))
  // A handle left open would hold the command at its end for ever; a fault, but not one to make a person wait for.
  setTimeout(() => process.exit(), 3000).unref()
} else {
  // Node before 24.3 warns at every start that it strips types.
  become(node.path, ['--disable-warning=ExperimentalWarning', fileURLToPath(import.meta.url), ...process.argv.slice(2)])
}

/** Where nobody reads the output any more (`| head`), the command stops in order, as other programs do at SIGPIPE. */
function stopWithTheReader() {
  let gone = false
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error) => {
      if (error.code !== 'EPIPE') throw error
      if (!gone) process.emit('outputClosed')
      gone = true
    })
}
