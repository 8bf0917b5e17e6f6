/** The template file: JSON as CDK writes it, or YAML with CloudFormation's short forms. */
import { readFileSync } from 'node:fs'
import { parseTemplate, shortForms, type Template } from '@studio-gate/policy/template'
import { type CollectionTag, parse, type ScalarTag, type Tags, YAMLMap, YAMLSeq } from 'yaml'
import { DeployError } from './error.ts'

/**
 * Reads and judges a template, whatever its extension: what begins with a brace is JSON. Throws DeployError with every problem found.
 * @param macros `kept`: those that rewrite the template are listed in it, and what they would make is missing; absent: refused
 */
export function readTemplate(path: string, options: { readonly macros?: 'kept' } = {}): Template {
  let json: unknown
  try {
    const source = readFileSync(path, 'utf8')
    json = /^\s*[{[]/.test(source) ? JSON.parse(source) : parse(source, { customTags: tags })
  } catch (error) {
    throw new DeployError(
      path,
      `cannot be read as a template: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  const parsed = parseTemplate(json, path, options)
  if (!parsed.ok) throw new DeployError(path, parsed.errors.map(({ message }) => `\n  ${message}`).join(''))
  return parsed.template
}

const tags: Tags = shortForms.flatMap(({ tag, key, nodes }) =>
  nodes.map((node): ScalarTag | CollectionTag => {
    if (node === 'scalar') return { tag, resolve: (text: string) => ({ [key]: text }) }
    const collection = node === 'sequence' ? 'seq' : 'map'
    return {
      tag,
      collection,
      resolve(value) {
        if (!(value instanceof YAMLSeq) && !(value instanceof YAMLMap)) return value
        const long = new YAMLMap()
        long.set(key, untagged(value))
        return long
      },
    }
  }),
)

/** The node without its tag, which would otherwise be applied again. */
function untagged(value: YAMLSeq | YAMLMap): YAMLSeq | YAMLMap {
  const copy = value instanceof YAMLSeq ? new YAMLSeq() : new YAMLMap()
  Object.assign(copy.items, value.items)
  return copy
}
