// A fresh process: loads a handler, gives it one event, says on descriptor 3 what came out and when. Plain JavaScript,
// because reading TypeScript would cost as much as what is measured.
import { readFileSync, writeSync } from 'node:fs'

const [handlerUrl, eventFile] = process.argv.slice(2)
const started = performance.now()
const { handler } = await import(handlerUrl)
const loaded = performance.now()
const { statusCode, headers } = await handler(JSON.parse(readFileSync(eventFile, 'utf8')))
const answered = performance.now()
const { user, system } = process.cpuUsage()
const cpu = (user + system) / 1_000
writeSync(3, JSON.stringify({ statusCode, location: headers.location, started, loaded, answered, cpu }))
process.exit(0)
