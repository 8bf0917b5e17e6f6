/** AWS's words for a refusal (row 1.10 and the IAM User Guide, "Troubleshoot access denied error messages"). */
import { type Decision, explain, type PolicyKind } from '@studio-gate/policy'
import type { Verdict } from './authorize.ts'

/** How AWS names each kind of policy in messages. */
const kindWords: Readonly<Record<PolicyKind, string>> = {
  identity: 'identity-based policy',
  session: 'session policy',
  boundary: 'permissions boundary',
  scp: 'service control policy',
  rcp: 'resource control policy',
  resource: 'resource-based policy',
  trust: 'role trust policy',
  endpoint: 'VPC endpoint policy',
}

/** `User: <arn> is not authorized to perform: <action> on resource: <arn> <why>`. Names the kind of policy, never its text. */
export function denialMessage(caller: string, action: string, resource: string, decision: Decision): string {
  const head = `User: ${caller} is not authorized to perform: ${action} on resource: ${resource}`
  if (decision.effect === 'allow') return head
  const kind = kindWords[decision.layer]
  if (decision.type === 'implicit') return `${head} because no ${kind} allows the ${action} action`
  return `${head} with an explicit deny in ${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`
}

/** One sentence for the journal: which statement of which policy decided, or what came nearest to allowing. */
export function reasonOf(verdict: Verdict): string {
  return explain(verdict.decision).join(' ')
}
