// A fresh process: loads a verifier, prepares it for its parties, gives it one form field twice, says on descriptor 3 whom it
// accepted and how long each step took, in milliseconds. Plain JavaScript, because reading TypeScript would cost as much as what is measured.
import { readFileSync, writeSync } from 'node:fs'

const [verifierUrl, file] = process.argv.slice(2)
const { fixture, samlResponse } = JSON.parse(readFileSync(file, 'utf8'))
const ask = async (judge) => {
  const said = judge(samlResponse)
  return said instanceof Promise ? said.catch(() => undefined) : said
}
const started = performance.now()
const { createJudge } = await import(verifierUrl)
const loaded = performance.now()
const judge = createJudge(fixture)
const before = process.cpuUsage()
const trusted = performance.now()
const who = await ask(judge)
const first = performance.now()
const { user, system } = process.cpuUsage(before)
const again = performance.now()
await ask(judge)
const second = performance.now() - again
const firstCpu = (user + system) / 1_000
writeSync(
  3,
  JSON.stringify({ who, load: loaded - started, prepare: trusted - loaded, first: first - trusted, firstCpu, second }),
)
process.exit(0)
