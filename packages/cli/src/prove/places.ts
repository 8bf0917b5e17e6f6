/** Where the template, or that of a nested stack, speaks of a resource: file and line, whatever the file is written in. */
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml'

/** A template as it was read: its file as shown to people, and its text. */
export interface TemplateFile {
  readonly file: string
  readonly text: string
}

export interface Place {
  /** As shown to people. */
  readonly file: string
  /** From 1; 1 for what has no line of its own. */
  readonly line: number
  readonly logicalId: string
}

/**
 * Finds the place of a finding by its name: `Role`, `Role/inline`, `Network/Endpoint` in a nested stack.
 * @param files way to each stack, such as `Network/`, to the file of its template; that of the template itself is empty
 */
export function placesIn(files: ReadonlyMap<string, TemplateFile>): (name: string) => Place {
  const lines = new Map<string, ReadonlyMap<string, number>>()
  const linesOf = (way: string): ReadonlyMap<string, number> => {
    const known = lines.get(way) ?? resourceLines(files.get(way)?.text ?? '')
    lines.set(way, known)
    return known
  }
  return (name) => {
    let prefix = ''
    const parts = name.split('/')
    while (parts.length > 1 && files.has(`${prefix}${parts[0]}/`)) prefix += `${parts.shift()}/`
    const logicalId = parts[0] ?? name
    return {
      file: files.get(prefix)?.file ?? '',
      line: linesOf(prefix).get(logicalId) ?? 1,
      logicalId: `${prefix}${logicalId}`,
    }
  }
}

/** Logical id to its line. JSON is read as the YAML that it is. */
function resourceLines(text: string): ReadonlyMap<string, number> {
  const lineCounter = new LineCounter()
  // Tags are CloudFormation's own; only the keys matter here.
  const resources = parseDocument(text, { lineCounter, logLevel: 'silent' }).get('Resources')
  const found = new Map<string, number>()
  for (const { key } of isMap(resources) ? resources.items : [])
    if (isScalar(key) && key.range) found.set(String(key.value), lineCounter.linePos(key.range[0]).line)
  return found
}
