import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Node as YamlNode,
} from 'yaml'
import { join } from './check.ts'
import type { Place, Places, Report } from './problem.ts'

/** What to do about a mistake of YAML, by the parser's code. */
const fixes: Readonly<Record<string, string>> = {
  BAD_INDENT: 'close every bracket, and indent the lines of one map or list by the same number of spaces',
  BLOCK_AS_IMPLICIT_KEY: 'put the nested value on lines of its own, indented',
  DUPLICATE_KEY: 'remove one of the two, or give it another name',
  MISSING_CHAR: 'write the missing character',
  MULTILINE_IMPLICIT_KEY: 'write `key: value` on one line; a colon may be missing',
  TAB_AS_INDENT: 'indent with spaces',
  UNEXPECTED_TOKEN: 'remove it, or put the text in quotes',
}

/**
 * Reads YAML 1.2 into plain values, and their places by path. Anchors, aliases, tags and several documents are refused: everything must
 * stand where it is read. Of no use after an error.
 */
export function parseYaml(file: string, places: Places, report: Report): unknown {
  // A byte order mark is no character of the first line.
  const text = file.startsWith('\uFEFF') ? file.slice(1) : file
  const lines = new LineCounter()
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, version: '1.2', merge: false })
  const documents: readonly Document.Parsed[] = Array.isArray(parsed) ? parsed : []
  const [document, second] = documents
  const problems = documents.flatMap(({ errors }) => errors)
  const exhausted = problems.find(({ code }) => code === 'RESOURCE_EXHAUSTION')
  if (exhausted !== undefined)
    return report.error('', 'brackets are nested too deeply', 'correct the YAML', place(exhausted.pos[0]))
  // One mistake makes many more: the first ones are worth reading.
  for (const problem of problems.slice(0, 5)) {
    const message = problem.message.charAt(0).toLowerCase() + problem.message.slice(1)
    const where = problem.code === 'TAB_AS_INDENT' ? tabBefore(text, problem.pos[0]) : problem.pos[0]
    report.error('', message, fixes[problem.code] ?? 'correct the YAML', place(where))
  }
  if (problems.length > 0) return undefined
  if (second !== undefined)
    return report.error(
      '',
      'a second document begins with `---`',
      'keep one document in the file',
      place(second.range[0]),
    )
  if (document === undefined || document.contents === null || isEmpty(document.contents)) {
    const fix = 'write a declaration; examples/demo/studio-gate.yaml explains every setting'
    return report.error('', 'the file is empty', fix, { line: 1, column: 1 })
  }
  return convert(document.contents, '', { place, places, report })
}

const isEmpty = (node: YamlNode): boolean => isScalar(node) && node.value === null && (node.source ?? '') === ''

/** The parser points behind the tab; people look for the tab. */
function tabBefore(text: string, offset: number): number {
  const tab = text.lastIndexOf('\t', offset)
  return tab > text.lastIndexOf('\n', offset - 1) ? tab : offset
}

interface Conversion {
  readonly place: (offset: number) => Place
  readonly places: Places
  readonly report: Report
}

function convert(node: YamlNode, path: string, conversion: Conversion, keyPlace?: Place): unknown {
  const { place, places, report } = conversion
  const at = place(node.range?.[0] ?? 0)
  const refuse = (what: string, fix: string, where = at): void => report.error('', what, fix, where)
  places.set(path, { ...at, key: keyPlace ?? at, written: isScalar(node) ? node.source : undefined })
  if (isAlias(node)) return refuse(`the alias \`*${node.source}\``, 'write the value out where it is used')
  if ('anchor' in node && typeof node.anchor === 'string')
    return refuse(`the anchor \`&${node.anchor}\``, 'remove it, and write values out where they are used')
  if (node.tag !== undefined)
    return refuse(
      `the tag \`${node.tag.replace('tag:yaml.org,2002:', '!!')}\``,
      'remove it; texts that look like numbers go in quotes',
    )
  if (isScalar(node)) return node.value
  if (isSeq<YamlNode>(node)) return node.items.map((item, index) => convert(item, join(path, index), conversion))
  if (!isMap<YamlNode, YamlNode | null>(node)) return refuse('something that is no value', 'correct the YAML')
  const entries = node.items.map((pair): readonly [string, unknown] => {
    const keyPlace = place(pair.key.range?.[0] ?? 0)
    if (!isScalar(pair.key) || pair.key.value === null)
      refuse('a key that is not a text', 'write `name: value`', keyPlace)
    else if (pair.key.anchor !== undefined) refuse(`the anchor \`&${pair.key.anchor}\``, 'remove it', keyPlace)
    const key = isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : ''
    if (pair.value !== null) return [key, convert(pair.value, join(path, key), conversion, keyPlace)]
    places.set(join(path, key), { ...keyPlace, key: keyPlace })
    return [key, null]
  })
  // Unlike assignment, this gives a key such as `__proto__` no special meaning.
  return Object.fromEntries(entries)
}
