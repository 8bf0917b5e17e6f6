/** Everything that a caller can read of a verified assertion, as one text: equal texts are the same identity to the last byte. */
import type { Verified } from '../src/index.ts'

export function identityOf({ assertion }: Verified): string {
  const { attributes, ...rest } = assertion
  const entries = [...attributes]
  // Read once more by name, as consumers of claims do.
  const byName = entries.map(([name]) => [name, attributes.has(name), attributes.get(name)])
  return JSON.stringify([Object.entries(rest).sort(), attributes.size, entries, byName])
}
