/**
 * The resources of a template and of its nested stacks as one list, their values resolved; ids and ARNs that only a deployment knows are derived from
 * logical ids. What stays unknown is a problem that has a name.
 */
import {
  createScope,
  isUnknown,
  type Resource,
  references,
  resolveValue,
  type Scope,
  type Template,
  type Unknown,
  unknownWithin,
  type Value,
} from '../template/index.ts'
import { arnForms, idPrefixes, nameProperties, sameAsProperty } from './naming.ts'
import type { Undecided } from './region.ts'
import type { Decide } from './worlds.ts'

export type Properties = Readonly<Record<string, Value>>

export const isRecord = (value: Value | undefined): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isUnknown(value)

export const listOf = (value: Value | undefined): readonly Value[] =>
  Array.isArray(value) ? (value as readonly Value[]) : value === undefined || value === null ? [] : [value]

export const text = (value: Value | undefined): string | undefined => (typeof value === 'string' ? value : undefined)

/** Where it is deployed, and what is known about it. */
export interface Place {
  readonly account: string
  readonly region: string
  readonly partition: string
  readonly stack: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly decide: Decide
}

/** One template that becomes one stack. */
interface Stack {
  readonly template: Template
  /** Empty, or the way to a nested stack: `Network/`. */
  readonly prefix: string
  readonly name: string
  readonly scope: Scope
}

interface Entry {
  readonly resource: Resource
  readonly stack: Stack
  /** Logical id, behind those of the nested stacks that it is in: `Network/Endpoint`. */
  readonly path: string
}

export interface Stacks {
  /** Resources of a type that exist or may exist, in the order of the file: path and resolved properties. */
  ofType(type: string): readonly (readonly [path: string, properties: Properties])[]
  /** All types with their paths. */
  readonly types: readonly (readonly [path: string, type: string])[]
  idOf(path: string): string
  arnOf(path: string): string
  readonly problems: readonly Undecided[]
  /** Parameters that nobody gave a value and that matter here, with their defaults, as sentences. */
  readonly defaults: readonly string[]
}

export const openStacks = (template: Template, place: Place): Stacks => {
  const { account, region, partition } = place
  const problems = new Map<string, Undecided>()
  const doubt = (policy: string, construct: string): void =>
    void problems.set(`${policy} ${construct}`, { policy, construct })
  const entries = new Map<string, Entry>()
  const children = new Map<string, Stack | undefined>()
  const busy = new Set<string>()

  /** A property by itself, before all others: names and paths of what is referred to. */
  const propertyOf = ({ resource, stack, path }: Entry, name: string): Value | undefined => {
    const raw = resource.properties[name]
    const key = `${path}.${name}`
    if (raw === undefined || busy.has(key)) return undefined
    busy.add(key)
    try {
      return resolveValue(raw, stack.scope, `Resources.${resource.logicalId}.Properties.${name}`)
    } finally {
      busy.delete(key)
    }
  }
  const named = (entry: Entry, property: string | undefined, otherwise: string): string => {
    const value = property === undefined ? undefined : propertyOf(entry, property)
    if (isUnknown(value) && entry.resource.type.startsWith('AWS::IAM::'))
      doubt(entry.path, `${property}: ${value.unknown}`)
    return typeof value === 'string' ? value : otherwise
  }
  const nameOf = (entry: Entry): string =>
    named(entry, nameProperties[entry.resource.type], `${entry.stack.name}-${entry.resource.logicalId}`)
  const idOf = (entry: Entry): string | undefined => {
    const { type } = entry.resource
    const prefix = idPrefixes[type]
    if (prefix !== undefined) return `${prefix}${entry.path.replaceAll('/', '-').toLowerCase()}`
    if (type === 'AWS::IAM::ManagedPolicy') return arnOf(entry)
    return nameProperties[type] === undefined ? undefined : nameOf(entry)
  }
  const arnOf = (entry: Entry): string | undefined =>
    arnForms[entry.resource.type]?.({
      account,
      region,
      partition,
      name: nameOf(entry),
      path: named(entry, 'Path', '/'),
      id: idPrefixes[entry.resource.type] === undefined ? '' : (idOf(entry) ?? ''),
    })
  const entryOf = (stack: Stack, id: string): Entry | undefined => entries.get(`${stack.prefix}${id}`)

  const attributeOf = (entry: Entry, attribute: string): Value => {
    const unknown: Unknown = { unknown: `${entry.path}.${attribute}` }
    if (entry.resource.type === 'AWS::CloudFormation::Stack' && attribute.startsWith('Outputs.')) {
      const child = childOf(entry)
      const output = child?.template.outputs.get(attribute.slice('Outputs.'.length))
      if (child === undefined || output === undefined || busy.has(`${entry.path}.${attribute}`)) return unknown
      busy.add(`${entry.path}.${attribute}`)
      try {
        return resolveValue(output.value, child.scope, `Outputs.${output.name}`)
      } finally {
        busy.delete(`${entry.path}.${attribute}`)
      }
    }
    const same = sameAsProperty[entry.resource.type]?.includes(attribute) ? propertyOf(entry, attribute) : undefined
    if (same !== undefined && same !== null) return same
    const arn = attribute === 'Arn' || attribute === 'DomainArn' ? arnOf(entry) : undefined
    const own = ['DomainId', 'VpcId', 'GroupId', 'SubnetId', 'Id', 'PolicyArn'].includes(attribute)
      ? idOf(entry)
      : undefined
    return arn ?? own ?? unknown
  }

  const open = (of: Template, prefix: string, name: string, given: Readonly<Record<string, Value>>): Stack => {
    const nested = prefix !== ''
    const texts = Object.entries(given).flatMap(([key, value]) =>
      unknownWithin(value) === undefined ? [[key, listOf(value).join(',')] as const] : [],
    )
    const unknowns = Object.entries(given).flatMap(([key, value]) => {
      const unknown = unknownWithin(value)
      return unknown === undefined ? [] : [[key, unknown] as const]
    })
    // A parameter of the same name in another template is another.
    const absent = [...of.parameters.values()].flatMap((parameter) =>
      !nested || parameter.default !== undefined || Object.hasOwn(given, parameter.name)
        ? []
        : [[parameter.name, { unknown: `parameter ${prefix}${parameter.name}` }] as const],
    )
    const made = createScope(of, {
      deployment: { accountId: account, region, stackName: name },
      ref: (id) => {
        const entry = entryOf(stack, id)
        return (entry === undefined ? undefined : idOf(entry)) ?? { unknown: `id of ${prefix}${id}` }
      },
      getAtt: (id, attribute) => {
        const entry = entryOf(stack, id)
        return entry === undefined ? { unknown: `${prefix}${id}.${attribute}` } : attributeOf(entry, attribute)
      },
      decide: place.decide,
      parameters: Object.fromEntries(texts),
      symbolic: Object.fromEntries([...unknowns, ...absent]),
    })
    if (!made.ok)
      throw new TypeError(
        `${nested ? `parameters of ${prefix.slice(0, -1)}` : "the template's parameters"}: ${made.errors.map(({ message }) => message).join('; ')}`,
      )
    const stack: Stack = { template: of, prefix, name, scope: made.scope }
    for (const macro of of.macros)
      doubt(nested ? prefix.slice(0, -1) : 'the template', `${macro}, which rewrites the template`)
    for (const resource of of.resources.values())
      entries.set(`${prefix}${resource.logicalId}`, { resource, stack, path: `${prefix}${resource.logicalId}` })
    return stack
  }

  /** The nested stack that a resource becomes; undefined, and a problem, where its template cannot be read. */
  function childOf(entry: Entry): Stack | undefined {
    if (children.has(entry.path)) return children.get(entry.path)
    children.set(entry.path, undefined)
    const of = entry.stack.template.nested?.get(entry.resource.logicalId)
    if (of === undefined || 'unreadable' in of) {
      doubt(
        entry.path,
        `a nested stack that counts as allowing everything: ${of === undefined ? 'its template was not read' : of.unreadable}`,
      )
      return undefined
    }
    const given = propertyOf(entry, 'Parameters')
    const child = open(
      of,
      `${entry.path}/`,
      `${entry.stack.name}-${entry.resource.logicalId}`,
      isRecord(given) ? given : {},
    )
    children.set(entry.path, child)
    return child
  }

  /** A condition that cannot be decided counts as true: what may exist is judged. */
  const exists = ({ resource: { condition }, stack }: Entry): boolean =>
    condition === undefined || stack.scope.condition(condition) !== false

  const root = open(template, '', place.stack, place.parameters ?? {})
  const all: Entry[] = []
  const walk = (stack: Stack): void => {
    for (const resource of stack.template.resources.values()) {
      const entry = entryOf(stack, resource.logicalId)
      if (entry === undefined || !followed(resource.type) || !exists(entry)) continue
      all.push(entry)
      const child = resource.type === 'AWS::CloudFormation::Stack' ? childOf(entry) : undefined
      if (child !== undefined) walk(child)
      if (isOpaque(resource.type)) doubt(entry.path, `${resource.type}, which becomes resources that cannot be seen`)
    }
  }
  walk(root)

  const resolved = new Map<string, Properties>()
  const propertiesOf = ({ path, resource, stack }: Entry): Properties => {
    const known = resolved.get(path)
    if (known !== undefined) return known
    const value = resolveValue(resource.properties, stack.scope, `Resources.${path}.Properties`)
    const properties = isRecord(value) ? value : {}
    resolved.set(path, properties)
    return properties
  }
  const at = (path: string): Entry | undefined => entries.get(path)
  const referred = new Set(
    [
      ...all.filter(({ stack }) => stack === root).map(({ resource }) => resource.properties),
      ...template.conditions.values(),
    ]
      .flatMap((value) => [...references(value, '', undefined, true)])
      .flatMap((reference) => (reference.kind === 'ref' ? [reference.name] : [])),
  )
  const defaults = [...template.parameters.values()].flatMap((parameter) => {
    const { name, default: preset, type, noEcho } = parameter
    // What a parameter of these types names is looked up at deployment, and unknown here.
    const open = preset === undefined || type.startsWith('AWS::SSM::Parameter::Value<')
    const given = place.parameters !== undefined && Object.hasOwn(place.parameters, name)
    return open || given || !referred.has(name)
      ? []
      : [`whoever deploys to leave the parameter ${name} at its default${noEcho ? '' : ` \`${preset}\``}`]
  })
  return {
    ofType: (type) =>
      all.filter(({ resource }) => resource.type === type).map((entry) => [entry.path, propertiesOf(entry)] as const),
    types: all.map(({ path, resource }) => [path, resource.type] as const),
    idOf: (path) => {
      const entry = at(path)
      return (entry === undefined ? undefined : idOf(entry)) ?? path
    },
    arnOf: (path) => {
      const entry = at(path)
      return (entry === undefined ? undefined : arnOf(entry)) ?? path
    },
    defaults,
    get problems() {
      return [...problems.values()]
    },
  }
}

/** Becomes other resources, by a macro or a module, that are not written anywhere here. */
const isOpaque = (type: string): boolean => type.startsWith('AWS::Serverless::') || type.endsWith('::MODULE')

/** Types that have a say on access. Of all others not even the condition matters. */
const followed = (type: string): boolean =>
  isOpaque(type) || /^AWS::(IAM|EC2|SageMaker|Lambda|DynamoDB|ApiGateway|KMS|CloudFormation)::/.test(type)
