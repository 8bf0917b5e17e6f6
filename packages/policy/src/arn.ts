/** Amazon Resource Names: their six parts, and the two ways in which IAM matches them. */
import { compile, type Matcher, type Pattern, substitute, type Text, type Variable, type Wildcard } from './patterns.ts'

/** `arn:partition:service:region:account:resource`; the resource may hold more colons. Undefined when there are fewer parts. */
export const splitArn = (text: string): readonly string[] | undefined => {
  if (!text.startsWith('arn:')) return undefined
  const parts: string[] = []
  let from = 0
  for (let part = 0; part < 5; part++) {
    const colon = text.indexOf(':', from)
    if (colon === -1) return undefined
    parts.push(text.slice(from, colon))
    from = colon + 1
  }
  parts.push(text.slice(from))
  return parts
}

/** The account part of an ARN, or undefined when it has none. */
export const accountOf = (arn: string): string | undefined => {
  const account = splitArn(arn)?.[4]
  return account === '' ? undefined : account
}

/** The pattern cut at its first five colons outside variables; fewer than six patterns when it has fewer colons. */
export const splitPattern = (pattern: Pattern): readonly Pattern[] => {
  const parts: (Text | Wildcard | Variable)[][] = [[]]
  for (const piece of pattern) {
    if (piece.kind !== 'text') {
      parts.at(-1)?.push(piece)
      continue
    }
    const texts = piece.text.split(':')
    while (parts.length + texts.length - 1 > 6) {
      const tail = texts.pop() ?? ''
      texts.push(`${texts.pop() ?? ''}:${tail}`)
    }
    for (const [index, text] of texts.entries()) {
      if (index > 0) parts.push([])
      if (text !== '') parts.at(-1)?.push({ kind: 'text', text })
    }
  }
  return parts
}

/**
 * The condition operators' way: six parts, each matched for itself, so that no wildcard reaches over one of the first five
 * colons (3.17). Undefined when the pattern has fewer than six parts and is not one variable alone.
 */
export const conditionArnMatcher = (pattern: Pattern): Matcher | undefined => {
  const [only] = pattern
  if (pattern.length === 1 && only?.kind === 'variable') {
    return (text, resolve) => {
      const value = substitute(pattern, resolve)?.[0]
      return value?.kind === 'text' && value.text === text && splitArn(text) !== undefined
    }
  }
  const parts = splitPattern(pattern)
  if (parts.length < 6) return undefined
  const matchers = parts.map(compile)
  return (text, resolve) => {
    const found = splitArn(text)
    return found?.every((part, index) => matchers[index]?.(part, resolve) === true) === true
  }
}

/** In the first five parts only a `*` at the end of region or account reaches over colons; in the resource all wildcards do. */
const narrowed = (part: Pattern, index: number): Pattern =>
  index === 5
    ? part
    : part.map((piece, place) =>
        piece.kind === 'many' || piece.kind === 'one'
          ? { kind: piece.kind, colons: piece.kind === 'many' && index >= 3 && place === part.length - 1 }
          : piece,
      )

/**
 * The `Resource` element's way: the ARN as one text, where a `*` that ends the region or the account may reach over colons and
 * all other wildcards before the fifth colon stay within their part (IAM User Guide, "IAM JSON policy elements: Resource";
 * 3.22). `parts` are the six of `splitPattern`.
 */
export const resourceArnMatcher = (parts: readonly Pattern[]): Matcher =>
  compile(
    parts.flatMap((part, index) => [
      ...(index === 0 ? [] : [{ kind: 'text', text: ':' } as const]),
      ...narrowed(part, index),
    ]),
  )
