#!/usr/bin/env node
// Runs the tests: `npm test`, or `npm test -- saml demo` for the files whose path contains one of the words.
// Words that begin with a hyphen go to `node --test` as they are.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { become, findNode, root } from './node24.mjs'

/** The whole run, and one test, may take this long: seconds. */
const bound = { run: Number(process.env.STUDIO_GATE_TEST_SECONDS ?? 900), test: 240 }

const node = findNode()
if (!node.ok) {
  process.stderr.write(node.message)
  process.exitCode = 3
} else if (node.path !== process.execPath) {
  become(node.path, ['--disable-warning=ExperimentalWarning', fileURLToPath(import.meta.url), ...process.argv.slice(2)])
} else run(process.argv.slice(2))

function run(words) {
  const flags = words.filter((word) => word.startsWith('-'))
  const filters = words.filter((word) => !word.startsWith('-'))
  const all = fs
    .globSync(['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'], { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .sort()
  // They need programs that npm does not install, so they run where they are asked for: `npm test -- interop`.
  const outside = (file) => file.startsWith('test/interop/')
  const files = filters.length
    ? all.filter((file) => filters.some((filter) => file.includes(filter)))
    : all.filter((file) => !outside(file))
  if (files.length === 0) {
    process.stderr.write(
      `what went wrong: no test file matches\nwhere: ${filters.join(' ')}\nwhat to do: give a part of a path, such as one of\n  ${all.slice(0, 5).join('\n  ')}\n`,
    )
    process.exitCode = 2
    return
  }
  const started = performance.now()
  const tests = spawn(
    process.execPath,
    [
      '--test',
      '--test-reporter=spec',
      `--test-concurrency=${availableParallelism()}`,
      `--test-timeout=${bound.test * 1000}`,
      ...flags,
      ...files,
    ],
    // A group of its own, so that whatever a test leaves behind can be ended with it.
    { cwd: root, stdio: 'inherit', detached: process.platform !== 'win32' },
  )
  const kill = (signal) => {
    try {
      process.kill(process.platform === 'win32' ? tests.pid : -tests.pid, signal)
    } catch (error) {
      if (error.code !== 'ESRCH') throw error
    }
  }
  const late = setTimeout(() => {
    process.stderr.write(
      `\nwhat went wrong: the tests did not end within ${bound.run} s\nwhere: the last test named above\nwhat to do: run that file alone, or set STUDIO_GATE_TEST_SECONDS\n`,
    )
    kill('SIGTERM')
    setTimeout(() => kill('SIGKILL'), 5000).unref()
  }, bound.run * 1000)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => kill(signal))
  tests.on('exit', (code, signal) => {
    clearTimeout(late)
    kill('SIGKILL')
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    process.stdout.write(`${files.length} test files in ${seconds} s`)
    if (!filters.length && all.some(outside))
      process.stdout.write(' (test/interop not among them: npm test -- interop)')
    process.stdout.write('\n')
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
  })
}
