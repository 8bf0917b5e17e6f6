/** AWS-managed policies as of a day; made by `tools/snapshot-managed-policies.ts`. */
import snapshot from './managed-policies.json' with { type: 'json' }

/** Where the known AWS-managed policies come from, and the day of the newest change among them; to be filed with every verdict. */
export const snapshotOrigin = (): { readonly source: string; readonly date: string } => ({
  source: snapshot.source,
  date:
    Object.values(snapshot.policies)
      .map(({ updated }) => updated.slice(0, 10))
      .sort()
      .at(-1) ?? '',
})

/** Known AWS-managed policies: name to document. What is not here counts as allowing everything. */
export const managedPolicies = (): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(snapshot.policies).map(([name, { document }]) => [name, document]))
