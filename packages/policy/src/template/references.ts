import { callOf } from './intrinsics.ts'
import { at } from './problem.ts'
import { subPieces } from './sub.ts'
import { isMap, type Json } from './value.ts'

/** One place where a value names something else of the template. */
export type Reference =
  | { readonly kind: 'ref'; readonly name: string; readonly path: string }
  | { readonly kind: 'getAtt'; readonly name: string; readonly attribute: string; readonly path: string }
  | { readonly kind: 'condition'; readonly name: string; readonly path: string }
  | { readonly kind: 'mapping'; readonly name: string; readonly path: string }

/** Splits `Resource.Attribute` at the first dot: attributes such as `Outputs.Url` have dots of their own. */
export function splitAttribute(text: string): { readonly name: string; readonly attribute: string } {
  const dot = text.indexOf('.')
  return { name: text.slice(0, dot), attribute: text.slice(dot + 1) }
}

/**
 * Every reference inside a value, in reading order, with the path of the call that makes it. `taken` says which branch of an
 * `Fn::If` counts: by default both do. `inConditions`: `{ Condition: 'X' }` is a reference there, and plain data elsewhere.
 */
export function* references(
  value: Json,
  path: string,
  taken: (condition: string) => 'both' | 'then' | 'else' = () => 'both',
  inConditions = false,
): Generator<Reference> {
  const call = callOf(value)
  const inner = (part: Json, partPath: string): Generator<Reference> => references(part, partPath, taken, inConditions)
  if (call !== undefined) {
    const callPath = at(path, call.name)
    yield* own(call.name, call.argument, callPath)
    if (call.name === 'Fn::If' && Array.isArray(call.argument)) {
      const branch = taken(String(call.argument[0]))
      if (branch !== 'else') yield* inner(call.argument[1] ?? null, at(callPath, 1))
      if (branch !== 'then') yield* inner(call.argument[2] ?? null, at(callPath, 2))
      return
    }
    yield* inner(call.argument, callPath)
    return
  }
  if (Array.isArray(value)) {
    for (const [index, part] of value.entries()) yield* inner(part, at(path, index))
  } else if (isMap(value)) {
    if (inConditions && typeof value.Condition === 'string') {
      yield { kind: 'condition', name: value.Condition, path: at(path, 'Condition') }
      return
    }
    for (const [key, part] of Object.entries(value)) yield* inner(part, at(path, key))
  }
}

function* own(name: string, argument: Json, path: string): Generator<Reference> {
  const [first, second] = Array.isArray(argument) ? argument : [argument]
  if (typeof first !== 'string') return
  if (name === 'Ref') yield { kind: 'ref', name: first, path }
  if (name === 'Fn::If') yield { kind: 'condition', name: first, path }
  if (name === 'Fn::FindInMap') yield { kind: 'mapping', name: first, path }
  if (name === 'Fn::GetAtt' && Array.isArray(argument)) {
    yield { kind: 'getAtt', name: first, attribute: typeof second === 'string' ? second : '*', path }
  } else if (name === 'Fn::GetAtt') {
    yield { kind: 'getAtt', ...splitAttribute(first), path }
  }
  if (name !== 'Fn::Sub') return
  const variables = isMap(second) ? second : {}
  for (const piece of subPieces(first)) {
    if (piece.kind === 'text' || Object.hasOwn(variables, piece.name)) continue
    if (piece.name.includes('.')) yield { kind: 'getAtt', ...splitAttribute(piece.name), path }
    else yield { kind: 'ref', name: piece.name, path }
  }
}
