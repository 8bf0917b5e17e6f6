/** A template with those of its nested stacks, as far as they are files here. */
import { existsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isMap, type Resource, type Template } from '@studio-gate/policy/template'
import { readTemplate } from '@studio-gate/twin'
import { shownPath } from '../shown-path.ts'
import { Trouble } from '../trouble.ts'
import { bootTrouble } from '../twin-session.ts'

/** Deeper than any stack that CloudFormation makes. */
const deepest = 20

/** A template, and the files that it and its nested stacks were read from. */
export interface Templates {
  readonly template: Template
  /** Way to the stack, empty or with a slash at its end such as `Network/`, to the absolute path of its file. */
  readonly files: ReadonlyMap<string, string>
}

/** Throws `Trouble` for what is no template, and for stacks that contain themselves. */
export function readTemplates(path: string): Templates {
  const files = new Map<string, string>()
  return { template: readInto(files, path, '', []), files }
}

function readInto(files: Map<string, string>, path: string, prefix: string, above: readonly string[]): Template {
  const way = [...above, path]
  if (above.includes(path) || way.length > deepest) {
    const cycle = way.slice(Math.max(0, above.indexOf(path))).map(shownPath)
    throw new Trouble(
      `nested stacks contain themselves: ${cycle.join(' -> ')}`,
      shownPath(above.at(-1) ?? path),
      'take one of the stacks out of the other',
    )
  }
  files.set(prefix, path)
  const template = read(path)
  const nested = [...template.resources.values()]
    .filter(({ type }) => type === 'AWS::CloudFormation::Stack')
    .map((resource) => {
      const from = sourceOf(resource, path)
      const below = `${prefix}${resource.logicalId}/`
      return [resource.logicalId, 'path' in from ? readInto(files, from.path, below, way) : from] as const
    })
  return nested.length === 0 ? template : { ...template, nested: new Map(nested) }
}

function read(path: string): Template {
  try {
    return readTemplate(path, { macros: 'kept' })
  } catch (error) {
    throw bootTrouble(error, path)
  }
}

/** Where the template of a nested stack is: the file that CDK or `aws cloudformation package` would upload. */
function sourceOf(
  { properties, metadata }: Resource,
  parent: string,
): { readonly path: string } | { readonly unreadable: string } {
  const { TemplateURL: url } = properties
  const asset =
    isMap(metadata) && metadata['aws:asset:property'] === 'TemplateURL' ? metadata['aws:asset:path'] : undefined
  const named = typeof asset === 'string' ? asset : url
  if (typeof named !== 'string') return { unreadable: 'its TemplateURL is computed' }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(named)) return { unreadable: `its template is at ${named.split('?')[0]}` }
  const path = resolve(dirname(parent), named)
  if (existsSync(path) && statSync(path).isFile()) return { path }
  return { unreadable: `there is no file ${named}` }
}
