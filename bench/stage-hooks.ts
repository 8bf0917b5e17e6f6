/**
 * Preloaded (`--import`) into a process that is to know its stages: puts clocks around the verifier's own functions as it is loaded,
 * so that what is timed is the code that runs, on its own way. A function that is gone ends the process.
 */
import { registerHooks } from 'node:module'
import { basename } from 'node:path'
import { type Stage, stages } from './stage-clock.ts'

interface Clock {
  readonly file: 'verify.ts' | 'signature.ts'
  /** A function of this file, or one that it imports. */
  readonly name: string
  readonly stage: Stage
  /** Other stages use it too. */
  readonly fromRest?: true
}

const clocks: readonly Clock[] = [
  { file: 'verify.ts', name: 'admit', stage: 'base64, octets' },
  { file: 'verify.ts', name: 'parseReceived', stage: 'parsing' },
  { file: 'verify.ts', name: 'checkShape', stage: 'shape' },
  { file: 'verify.ts', name: 'checkProfile', stage: 'profile' },
  { file: 'signature.ts', name: 'verifySignedInfo', stage: 'SignedInfo' },
  { file: 'signature.ts', name: 'verify', stage: 'RSA' },
  { file: 'signature.ts', name: 'canonicalize', stage: 'canonical octets', fromRest: true },
  { file: 'signature.ts', name: 'cutOut', stage: 'canonical octets' },
  { file: 'signature.ts', name: 'hash', stage: 'digests' },
  { file: 'signature.ts', name: 'readDigested', stage: 'parsing the octets' },
]

const folder = new URL('../packages/saml/src/', import.meta.url).href
const clock = new URL('./stage-clock.ts', import.meta.url).href

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    const here = url.startsWith(folder) ? clocks.filter(({ file }) => file === basename(url)) : []
    if (here.length === 0) return loaded
    return { ...loaded, source: here.reduce(wind, String(loaded.source)).concat(imports) }
  },
})

const imports = `\nimport { enter as enter$, enterFromRest as enterFromRest$, leave as leave$ } from '${clock}'\n`

/** Takes the function's name away from it, and gives it to one that asks the clock before and after. */
function wind(source: string, { file, name, stage, fromRest }: Clock): string {
  const declared = new RegExp(`^function ${name}\\(`, 'm')
  const imported = new RegExp(`^import \\{[^}]*?\\b(?<!type )${name}\\b(?! as)`, 'm')
  const renamed = declared.test(source)
    ? source.replace(declared, `function ${name}$whole(`)
    : source.replace(imported, (found) => `${found} as ${name}$whole`)
  if (renamed === source) throw new Error(`${file} neither has nor imports ${name}, which bench/stage-hooks.ts times`)
  const entering = `${fromRest ? 'enterFromRest$' : 'enter$'}(${stages.indexOf(stage)})`
  const body = `const back = ${entering}; try { return ${name}$whole(a, b, c, d) } finally { leave$(back) }`
  return `${renamed}\nfunction ${name}(a: any, b?: any, c?: any, d?: any): any { ${body} }\n`
}
