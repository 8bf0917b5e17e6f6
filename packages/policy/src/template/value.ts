/** Anything JSON can say: a template as it was read, before a function in it has been resolved. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** A value that nobody here can know, with the reason in words: a parameter without value, an attribute made at deployment. */
export interface Unknown {
  readonly unknown: string
}

/**
 * What a template says once its functions are resolved. `null` means absent (`AWS::NoValue`): templates themselves cannot hold
 * null, and inside lists and maps absent members are dropped. An object whose only key is `unknown` is read as an `Unknown`,
 * even if a template spells it out; that errs on the side of knowing less.
 */
export type Value = string | number | boolean | null | Unknown | readonly Value[] | { readonly [key: string]: Value }

/** Whether the value as a whole is symbolic. */
export function isUnknown(value: unknown): value is Unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return 'unknown' in value && typeof value.unknown === 'string' && Object.keys(value).length === 1
}

/** Whether anything inside the value is symbolic; the first such part, searched depth first. */
export function unknownWithin(value: Value): Unknown | undefined {
  if (isUnknown(value)) return value
  if (typeof value !== 'object' || value === null) return undefined
  for (const part of Object.values(value)) {
    const inner = unknownWithin(part)
    if (inner !== undefined) return inner
  }
  return undefined
}

/** Narrows to a map; lists and null are not maps. */
export function isMap(value: unknown): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Narrows to a list; `Array.isArray` alone does not see through `readonly`. */
export function isList<T extends Json | Value>(value: T): value is T & readonly T[] {
  return Array.isArray(value)
}

/** Whether lists and maps stand in one another more than `levels` deep; one that holds itself, as an alias of YAML can make it, has no end. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  const heights = new Map<object, number>()
  const heightOf = (part: unknown, left: number): number => {
    if (typeof part !== 'object' || part === null) return 0
    if (left === 0) return Number.POSITIVE_INFINITY
    let height = heights.get(part) ?? 0
    if (height > 0) return height
    for (const inner of Object.values(part)) {
      height = Math.max(height, heightOf(inner, left - 1))
      if (height > left) return Number.POSITIVE_INFINITY
    }
    heights.set(part, height + 1)
    return height + 1
  }
  return heightOf(value, levels) > levels
}
