import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Node as YamlNode,
} from 'yaml'
import type { Node } from './node.ts'
import type { Place, Report } from './problem.ts'

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
 * Reads YAML 1.2 into nodes with places. Anchors, aliases, tags and several documents are refused: everything must stand where it is
 * read. Undefined after an error.
 */
export function parseYaml(file: string, report: Report): Node | undefined {
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
  if (exhausted !== undefined) {
    report.error('', 'brackets are nested too deeply', 'correct the YAML', place(exhausted.pos[0]))
    return undefined
  }
  // One mistake makes many more: the first ones are worth reading.
  for (const problem of problems.slice(0, 5)) {
    const message = problem.message.charAt(0).toLowerCase() + problem.message.slice(1)
    const where = problem.code === 'TAB_AS_INDENT' ? tabBefore(text, problem.pos[0]) : problem.pos[0]
    report.error('', message, fixes[problem.code] ?? 'correct the YAML', place(where))
  }
  if (problems.length > 0) return undefined
  if (second !== undefined) {
    report.error('', 'a second document begins with `---`', 'keep one document in the file', place(second.range[0]))
    return undefined
  }
  if (document === undefined || document.contents === null || isEmpty(document.contents)) {
    report.error(
      '',
      'the file is empty',
      'write a declaration; examples/demo/studio-gate.yaml explains every setting',
      {
        line: 1,
        column: 1,
      },
    )
    return undefined
  }
  return convert(document.contents, place, report)
}

const isEmpty = (node: YamlNode): boolean => isScalar(node) && node.value === null && (node.source ?? '') === ''

/** The parser points behind the tab; people look for the tab. */
function tabBefore(text: string, offset: number): number {
  const tab = text.lastIndexOf('\t', offset)
  return tab > text.lastIndexOf('\n', offset - 1) ? tab : offset
}

function convert(node: YamlNode, place: (offset: number) => Place, report: Report): Node | undefined {
  const at = place(node.range?.[0] ?? 0)
  const refuse = (what: string, fix: string, where = at): undefined => {
    report.error('', what, fix, where)
    return undefined
  }
  if (isAlias(node)) return refuse(`the alias \`*${node.source}\``, 'write the value out where it is used')
  if ('anchor' in node && typeof node.anchor === 'string')
    return refuse(`the anchor \`&${node.anchor}\``, 'remove it, and write values out where they are used')
  if (node.tag !== undefined)
    return refuse(
      `the tag \`${node.tag.replace('tag:yaml.org,2002:', '!!')}\``,
      'remove it; texts that look like numbers go in quotes',
    )
  if (isScalar(node)) {
    const { value, source = '' } = node
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return { ...at, kind: 'scalar', value, source }
    return { ...at, kind: 'foreign', what: `\`${source}\`` }
  }
  if (isSeq<YamlNode>(node)) {
    const items = node.items.map((item) => convert(item, place, report))
    return items.some((item) => item === undefined)
      ? undefined
      : { ...at, kind: 'list', items: items.filter((item) => item !== undefined) }
  }
  if (!isMap<YamlNode, YamlNode | null>(node)) return { ...at, kind: 'foreign', what: 'something that is no value' }
  const entries = node.items.map((pair) => {
    const keyPlace = place(pair.key.range?.[0] ?? 0)
    if (!isPair(pair) || !isScalar(pair.key) || pair.key.value === null)
      return refuse('a key that is not a text', 'write `name: value`', keyPlace)
    const key = pair.key.source ?? String(pair.key.value)
    if (pair.key.anchor !== undefined) return refuse(`the anchor \`&${pair.key.anchor}\``, 'remove it', keyPlace)
    const value: Node | undefined =
      pair.value === null
        ? { ...keyPlace, kind: 'scalar', value: null, source: '' }
        : convert(pair.value, place, report)
    return value === undefined ? undefined : { key, keyPlace, value }
  })
  if (entries.some((entry) => entry === undefined)) return undefined
  return { ...at, kind: 'map', entries: entries.filter((entry) => entry !== undefined) }
}
