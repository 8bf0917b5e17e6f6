import { type Names, referenceProblems, type Section, shapeProblems } from './judge.ts'
import { macrosOf, withoutMacros } from './macros.ts'
import { at, inWords, problemAt, type TemplateProblem } from './problem.ts'
import { references } from './references.ts'
import { type Read, readOutput, readParameter, readResource } from './sections.ts'
import type { Output, Parameter, Resource, Template } from './template.ts'
import { isDeeperThan, isMap, type Json } from './value.ts'

/** Sections and what is done with them. `Rules` only guard the values of parameters at deployment and are left to CloudFormation. */
const sections = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Rules',
  'Mappings',
  'Conditions',
  'Transform',
  'Resources',
  'Outputs',
]

/** Levels of lists and maps in a value: more than anybody writes, and far fewer than would exhaust the stack of whoever walks it. */
const deepest = 100

/**
 * Judges a parsed CloudFormation template: sections, resources, parameters, the shape of every function and every reference.
 * Properties are not checked against the schemas of their resource types.
 * @param written what `JSON.parse`, or a YAML reader with `shortForms`, made of the file
 * @param name for messages, such as the file's name
 * @param options `macros`: those that rewrite the template are listed in the result, and what they would make is missing. Absent: they are refused
 */
export function parseTemplate(
  written: unknown,
  name: string,
  options: { readonly macros?: 'kept' } = {},
):
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly errors: readonly TemplateProblem[] } {
  if (!isMap(written))
    return { ok: false, errors: [problemAt('', inWords(written), 'a map with the section Resources')] }
  // Before anything walks it. A value stands in its section, under its name, in the properties.
  if (isDeeperThan(written, deepest + 3))
    return { ok: false, errors: [problemAt('', `nesting deeper than ${deepest}`, 'flatter values')] }
  const macros = options.macros === 'kept' ? macrosOf(written) : []
  const json = macros.length > 0 ? withoutMacros(written) : written
  const errors: TemplateProblem[] = []
  const read: Read = { report: (path, found, allowed) => void errors.push(problemAt(path, found, allowed)) }

  for (const key of Object.keys(json))
    if (!sections.includes(key)) read.report(key, 'an unknown section', sections.join(', '))
  const version = json.AWSTemplateFormatVersion
  if (version !== undefined && version !== '2010-09-09')
    read.report('AWSTemplateFormatVersion', inWords(version), '`2010-09-09`')
  const extended = readTransform(macros.length > 0 ? undefined : json.Transform, read) || macros.length > 0

  const parameters = entries<Parameter>(json, 'Parameters', read, readParameter)
  const mappings = entries(json, 'Mappings', read, readMapping)
  const conditions = entries<Json>(json, 'Conditions', read, (_, body) => body)
  const resources = entries<Resource>(json, 'Resources', read, readResource)
  const outputs = entries<Output>(json, 'Outputs', read, readOutput)
  if (
    macros.length === 0 &&
    (json.Resources === undefined || (isMap(json.Resources) && Object.keys(json.Resources).length === 0))
  )
    read.report('Resources', 'no resources', 'at least one resource')
  for (const id of resources.keys())
    if (parameters.has(id)) read.report(`Resources.${id}`, 'the name of a parameter', 'a name of its own')

  const names: Names = {
    // Entries that could not be read were reported already; a reference to them is not a second mistake.
    parameters: new Set(keysOf(json.Parameters)),
    resources: new Set(keysOf(json.Resources)),
    conditions: new Set(keysOf(json.Conditions)),
    mappings: new Set(keysOf(json.Mappings)),
  }
  const judge = (value: Json, path: string, section: Section): void => {
    const shapes = [...shapeProblems(value, path, section, { extended, macros: macros.length > 0 })]
    errors.push(...shapes)
    // What a macro makes can be referred to, and is not here.
    if (shapes.length === 0 && macros.length === 0) errors.push(...referenceProblems(value, path, section, names))
  }
  for (const [id, expression] of conditions) judge(expression, `Conditions.${id}`, 'conditions')
  for (const resource of resources.values()) {
    const path = `Resources.${resource.logicalId}`
    judge(resource.properties, at(path, 'Properties'), 'values')
    mustBeCondition(resource.condition, path)
    for (const [index, goal] of resource.dependsOn.entries())
      if (!names.resources.has(goal) && macros.length === 0)
        read.report(
          at(at(path, 'DependsOn'), index),
          `\`${goal}\`, which the template does not declare`,
          'the name of a resource',
        )
  }
  for (const output of outputs.values()) {
    judge(output.value, `Outputs.${output.name}.Value`, 'values')
    if (output.exportName !== undefined) judge(output.exportName, `Outputs.${output.name}.Export.Name`, 'values')
    mustBeCondition(output.condition, `Outputs.${output.name}`)
  }
  function mustBeCondition(condition: string | undefined, path: string): void {
    if (condition !== undefined && macros.length === 0 && !names.conditions.has(condition))
      read.report(
        at(path, 'Condition'),
        `\`${condition}\`, which the template does not declare`,
        'the name of a condition',
      )
  }
  if (errors.length === 0) errors.push(...conditionCycle(conditions))
  if (errors.length > 0) return { ok: false, errors }
  return { ok: true, template: { name, parameters, mappings, conditions, resources, outputs, macros } }
}

const keysOf = (section: Json | undefined): readonly string[] => (isMap(section) ? Object.keys(section) : [])

function entries<T>(
  json: { readonly [key: string]: Json },
  section: string,
  read: Read,
  readOne: (name: string, body: Json, read: Read) => T | undefined,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>()
  const body = json[section]
  if (body === undefined) return found
  if (!isMap(body)) {
    read.report(section, inWords(body), 'a map')
    return found
  }
  for (const [name, entry] of Object.entries(body)) {
    if (!/^[A-Za-z0-9]+$/.test(name))
      read.report(at(section, name), 'a name with other characters', 'letters and digits')
    const one = readOne(name, entry, read)
    if (one !== undefined) found.set(name, one)
  }
  return found
}

/** Whether language extensions are on. Any other transform would rewrite the template before it means anything. */
function readTransform(transform: Json | undefined, read: Read): boolean {
  const wanted = Array.isArray(transform) ? transform : transform === undefined ? [] : [transform]
  for (const macro of wanted) {
    if (macro !== 'AWS::LanguageExtensions')
      read.report(
        'Transform',
        `the macro ${inWords(macro)}`,
        '`AWS::LanguageExtensions`, or a template whose macros have been expanded',
      )
  }
  return wanted.includes('AWS::LanguageExtensions')
}

function readMapping(name: string, body: Json, read: Read): ReadonlyMap<string, ReadonlyMap<string, Json>> | undefined {
  if (!isMap(body) || !Object.values(body).every(isMap)) {
    read.report(`Mappings.${name}`, inWords(body), 'a map of maps')
    return undefined
  }
  return new Map(
    Object.entries(body).map(([first, inner]) => [first, new Map(Object.entries(isMap(inner) ? inner : {}))]),
  )
}

/** Conditions that need each other would never come out; CloudFormation refuses them, and so must whoever evaluates them. */
function conditionCycle(conditions: ReadonlyMap<string, Json>): readonly TemplateProblem[] {
  const settled = new Set<string>()
  const walk = (name: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name]
    if (settled.has(name)) return undefined
    for (const reference of references(conditions.get(name) ?? null, '', () => 'both', true)) {
      const cycle = reference.kind === 'condition' ? walk(reference.name, [...way, name]) : undefined
      if (cycle !== undefined) return cycle
    }
    settled.add(name)
    return undefined
  }
  for (const name of conditions.keys()) {
    const cycle = walk(name, [])
    if (cycle !== undefined)
      return [problemAt(`Conditions.${name}`, `the cycle ${cycle.join(' -> ')}`, 'conditions without cycles')]
  }
  return []
}
