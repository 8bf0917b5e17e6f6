/** Lists in the query protocol: `Tags.member.1.Key=team&Tags.member.1.Value=blue`. */

/** Members of a list by their number, each with its fields (a scalar member has the field ``). */
export function members(form: object, list: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const found = new Map<string, Map<string, string>>()
  for (const [name, value] of Object.entries(form)) {
    const match = new RegExp(`^${list}\\.member\\.(\\d+)(?:\\.(.+))?$`).exec(name)
    if (!match?.[1]) continue
    const fields = found.get(match[1]) ?? new Map<string, string>()
    fields.set(match[2] ?? '', String(value))
    found.set(match[1], fields)
  }
  return found
}

export function tagMembers(form: object): readonly (readonly [string, string])[] {
  return [...members(form, 'Tags').values()].map((tag) => [tag.get('Key') ?? '', tag.get('Value') ?? ''] as const)
}
