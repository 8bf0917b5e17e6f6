import { cidrBlocks } from './cidr.ts'
import { callOf, intrinsics } from './intrinsics.ts'
import { isMacroCall } from './macros.ts'
import { at, inWords, problemAt, TemplateError } from './problem.ts'
import { splitAttribute } from './references.ts'
import { subPieces } from './sub.ts'
import { isList, isMap, isUnknown, type Json, type Unknown, unknownWithin, type Value } from './value.ts'

/** Where names get their values. Any answer may be symbolic; a name that must not be used is a thrown `TemplateError`. */
export interface Scope {
  /** A parameter, a pseudo parameter or a resource. `AWS::NoValue` never arrives here. */
  ref(name: string): Value
  getAtt(logicalId: string, attribute: string): Value
  condition(name: string): boolean | Unknown
  /** Undefined: no such entry. */
  mapping(name: string, first: string, second: string): Value | undefined
  importValue(name: string): Value
  /** Whether two values are equal that are not both known; undefined, or absent: nobody can say. */
  decide?(left: Value, right: Value): boolean | undefined
  /** What a macro makes, where macros were kept. */
  macro?(call: string): Value
  /** Zones of a Region, a list. Absent: symbolic. */
  availabilityZones?(region: string): Value
}

interface Call {
  readonly argument: Json
  readonly path: string
  readonly scope: Scope
  /** Resolves a part of the argument. */
  readonly of: (part: Json | undefined, key?: string | number) => Value
}

/**
 * Resolves every function in a value. Parts that cannot be known are `Unknown`, and make the texts they go into unknown with a reason
 * that shows the text's shape; maps and lists keep their known parts. A result of null means absent (`AWS::NoValue`).
 * @param path where the value stands, for messages
 * @throws TemplateError when a function cannot mean anything: an index out of range, a missing map entry, a list where text belongs
 */
export function resolveValue(value: Json, scope: Scope, path = ''): Value {
  if (typeof value === 'string') return dynamicReference.test(value) ? dynamic(value) : value
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) {
    return value.map((part, index) => resolveValue(part, scope, at(path, index))).filter((part) => part !== null)
  }
  const call = callOf(value)
  if (call === undefined) {
    const entries = Object.entries(value).map(([key, part]) => [key, resolveValue(part, scope, at(path, key))] as const)
    return Object.fromEntries(entries.filter(([, part]) => part !== null))
  }
  const callPath = at(path, call.name)
  if (isMacroCall(call.name) && scope.macro !== undefined) return scope.macro(call.name)
  const row = intrinsics[call.name]
  const resolver = resolvers[call.name]
  if (row === undefined || resolver === undefined)
    throw new TemplateError(problemAt(callPath, `the function ${call.name}`, Object.keys(intrinsics).join(', ')))
  if (!row.fits(call.argument)) throw new TemplateError(problemAt(callPath, inWords(call.argument), row.shape))
  const of = (part: Json | undefined, key?: string | number): Value =>
    resolveValue(part ?? null, scope, key === undefined ? callPath : at(callPath, key))
  return resolver({ argument: call.argument, path: callPath, scope, of })
}

const dynamicReference = /\{\{resolve:[^}]*\}\}/

const dynamic = (text: string): Unknown => ({ unknown: `dynamic reference ${text}` })

const partsOf = (argument: Json): readonly Json[] => (isList(argument) ? argument : [argument])

/** One text out of scalars; a symbolic piece makes the whole symbolic, shown as `<reason>` in its place. */
function concatenate(pieces: readonly Value[], delimiter: string, path: string): Value {
  const texts = pieces.map((piece) => (isUnknown(piece) ? `<${piece.unknown}>` : scalar(piece, path)))
  const text = texts.join(delimiter)
  if (pieces.some(isUnknown)) return { unknown: text }
  return dynamicReference.test(text) ? dynamic(text) : text
}

function scalar(value: Value, path: string): string {
  if (typeof value === 'object') throw new TemplateError(problemAt(path, inWords(value), 'a text, number or boolean'))
  return String(value)
}

/** Applies a function to a known text; symbolic text stays symbolic. */
function withText(value: Value, path: string, use: (text: string) => Value): Value {
  return isUnknown(value) ? value : use(scalar(value, path))
}

function withList(value: Value, path: string, use: (list: readonly Value[]) => Value): Value {
  if (isUnknown(value)) return value
  if (!isList(value)) throw new TemplateError(problemAt(path, inWords(value), 'a list'))
  return use(value)
}

const resolvers: Readonly<Record<string, (call: Call) => Value>> = Object.assign(Object.create(null), {
  Ref: ({ argument, scope }) => (argument === 'AWS::NoValue' ? null : scope.ref(String(argument))),
  'Fn::GetAtt': ({ argument, path, scope, of }) => {
    if (typeof argument === 'string') {
      const { name, attribute } = splitAttribute(argument)
      return scope.getAtt(name, attribute)
    }
    const [name, attribute] = partsOf(argument)
    return withText(of(attribute, 1), path, (text) => scope.getAtt(String(name), text))
  },
  'Fn::Sub': ({ argument, path, scope, of }) => {
    const [text, given] = partsOf(argument)
    const variables = isMap(given) ? given : {}
    const pieces = subPieces(String(text)).map((piece): Value => {
      if (piece.kind === 'text') return piece.text
      if (Object.hasOwn(variables, piece.name)) return of(variables[piece.name], `1.${piece.name}`)
      if (!piece.name.includes('.')) return scope.ref(piece.name)
      const { name, attribute } = splitAttribute(piece.name)
      return scope.getAtt(name, attribute)
    })
    return concatenate(pieces, '', path)
  },
  'Fn::Join': ({ argument, path, of }) => {
    const [delimiter, list] = partsOf(argument)
    return withList(of(list, 1), path, (pieces) => concatenate(pieces, String(delimiter), at(path, 1)))
  },
  'Fn::Select': ({ argument, path, of }) => {
    const [index, list] = partsOf(argument)
    return withText(of(index, 0), path, (text) =>
      withList(of(list, 1), at(path, 1), (values) => {
        const found = /^\d+$/.test(text) ? values[Number(text)] : undefined
        if (found === undefined)
          throw new TemplateError(
            problemAt(path, `index ${text} of ${values.length} values`, `0 to ${values.length - 1}`),
          )
        return found
      }),
    )
  },
  'Fn::Split': ({ argument, path, of }) => {
    const [delimiter, text] = partsOf(argument)
    return withText(of(text, 1), at(path, 1), (whole) => whole.split(String(delimiter)))
  },
  'Fn::If': ({ argument, scope, of }) => {
    const [name, yes, no] = partsOf(argument)
    const holds = scope.condition(String(name))
    if (isUnknown(holds)) return { unknown: `condition ${String(name)}: ${holds.unknown}` }
    return holds ? of(yes, 1) : of(no, 2)
  },
  'Fn::FindInMap': ({ argument, path, scope, of }) => {
    const [name, first, second, fallback] = partsOf(argument)
    const keys = [of(name, 0), of(first, 1), of(second, 2)]
    const symbolic = keys.find(isUnknown)
    if (symbolic !== undefined) return symbolic
    const [map = '', one = '', two = ''] = keys.map((key) => scalar(key, path))
    const found = scope.mapping(map, one, two)
    if (found !== undefined) return found
    if (isMap(fallback) && fallback.DefaultValue !== undefined) return of(fallback.DefaultValue, '3.DefaultValue')
    throw new TemplateError(problemAt(path, `${map} -> ${one} -> ${two}`, 'an entry of the section Mappings'))
  },
  'Fn::Base64': ({ argument, path, of }) =>
    withText(of(argument), path, (text) => Buffer.from(text, 'utf8').toString('base64')),
  'Fn::Cidr': ({ argument, path, of }) => {
    const values = partsOf(argument).map((part, index) => of(part, index))
    const symbolic = values.find(isUnknown)
    if (symbolic !== undefined) return symbolic
    const [block = '', count = '', hostBits] = values.map((value) => scalar(value, path))
    // Without the third argument CloudFormation makes /24 blocks of IPv4 and /64 blocks of IPv6.
    const blocks = cidrBlocks(block, Number(count), Number(hostBits ?? (block.includes(':') ? 64 : 8)))
    if (blocks !== undefined) return blocks
    throw new TemplateError(
      problemAt(
        path,
        inWords(values.join(', ')),
        'an address block, a count of 1 to 256 and host bits for which it has room',
      ),
    )
  },
  'Fn::GetAZs': ({ argument, path, scope, of }) => {
    const given = of(argument)
    return withText(given === '' ? scope.ref('AWS::Region') : given, path, (region) =>
      scope.availabilityZones === undefined ? { unknown: `zones of ${region}` } : scope.availabilityZones(region),
    )
  },
  'Fn::ImportValue': ({ argument, path, scope, of }) => withText(of(argument), path, (name) => scope.importValue(name)),
  'Fn::Length': ({ argument, path, of }) => withList(of(argument), path, (list) => list.length),
  'Fn::ToJsonString': ({ argument, of }) => {
    const value = of(argument)
    const symbolic = unknownWithin(value)
    return symbolic === undefined ? JSON.stringify(value) : { unknown: `JSON text with <${symbolic.unknown}>` }
  },
} satisfies Record<string, (call: Call) => Value>)
