/** A piece of the text of `Fn::Sub`: literal text, or a name to put a value in for. */
export type SubPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'name'; readonly name: string }

/**
 * Takes the text of `Fn::Sub` apart. `${Name}` and `${Resource.Attribute}` are names, `${!Literal}` is the literal text `${Literal}`;
 * a `${` without `}` stays text, and so does what could not be a name, such as shell's `${a[0]}`.
 */
export function subPieces(text: string): readonly SubPiece[] {
  const pieces: SubPiece[] = []
  let rest = 0
  for (const match of text.matchAll(/\$\{(!?)([^{}]*)\}/g)) {
    const [whole, bang, inner = ''] = match
    const name = inner.trim()
    if (bang === '' && !/^[A-Za-z0-9:_.-]+$/.test(name)) continue
    if (match.index > rest) pieces.push({ kind: 'text', text: text.slice(rest, match.index) })
    pieces.push(bang === '' ? { kind: 'name', name } : { kind: 'text', text: `\${${inner}}` })
    rest = match.index + whole.length
  }
  if (rest < text.length) pieces.push({ kind: 'text', text: text.slice(rest) })
  return pieces
}
