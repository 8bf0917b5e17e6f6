/** What could be wrong with a regular expression: an anchor or a member of a character class is missing. */

/** The altered expressions, as literals. */
export function patternMutations(literal: string): readonly string[] {
  const end = literal.lastIndexOf('/')
  const [body, flags] = [literal.slice(1, end), literal.slice(end + 1)]
  const altered = body.startsWith('^') ? [body.slice(1)] : []
  if (body.endsWith('$') && !body.endsWith('\\$')) altered.push(body.slice(0, -1))
  for (const { start, end: close, members } of classesOf(body)) {
    if (members.length < 2) continue
    for (const member of members) {
      const others = members.filter((one) => one !== member).join('')
      altered.push(body.slice(0, start) + others + body.slice(close))
    }
  }
  return altered.map((one) => `/${one}/${flags}`)
}

interface CharacterClass {
  /** Behind `[` or `[^`, and before `]`. */
  readonly start: number
  readonly end: number
  readonly members: readonly string[]
}

function classesOf(body: string): readonly CharacterClass[] {
  const found: CharacterClass[] = []
  for (let at = 0; at < body.length; at++) {
    if (body[at] === '\\') at++
    else if (body[at] === '[') {
      const start = body[at + 1] === '^' ? at + 2 : at + 1
      const content = /^(?:\\[\s\S]|[^\]\\])*/.exec(body.slice(start))?.[0] ?? ''
      const atom = '(?:\\\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|p\\{[^}]*\\}|.)|[^\\\\])'
      const members = content.match(new RegExp(`${atom}(?:-${atom})?`, 'gis')) ?? []
      found.push({ start, end: start + content.length, members })
      at = start + content.length
    }
  }
  return found
}
