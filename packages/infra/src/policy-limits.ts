import { type PolicyJson, splitPolicy } from '@studio-gate/policy'
import { Stack } from 'aws-cdk-lib/core'
import type { IConstruct } from 'constructs'
import { SynthesisError } from './synthesis-error.ts'

/** One of AWS's size limits, with what an administrator can do about it. */
export interface PolicyLimit {
  readonly what: string
  /** Characters; IAM does not count white space, and we write none. */
  readonly characters: number
  /** What to change; callers say it with the names of the declaration. */
  readonly remedy: string
  /** How many of them may stand together. */
  readonly most?: number
}

/** AWS's quotas for policy documents: IAM and STS quotas page, rows 3.8 and 4.10, Organizations quotas page. */
export const policyLimits = {
  trust: { what: 'role trust policy', characters: 2048, remedy: 'this one has a fixed form: report it' },
  boundary: { what: 'permissions boundary', characters: 6144, remedy: 'join blocks of its networks' },
  managed: { what: 'managed policy', characters: 6144, remedy: 'declare fewer domains', most: 10 },
  inline: { what: 'sum of the inline policies of one role', characters: 10240, remedy: 'join blocks of its networks' },
  restApi: { what: 'API resource policy', characters: 8192, remedy: 'join blocks of the declared networks' },
  endpoint: { what: 'VPC endpoint policy', characters: 20480, remedy: 'declare fewer domains and execution roles' },
  // KMS quotas: key policy document size, 32 KB.
  key: { what: 'KMS key policy', characters: 32_768, remedy: 'this one has a fixed form: report it' },
  // An account takes five, and FullAWSAccess is one of them.
  scp: { what: 'service control policy', characters: 5120, remedy: 'declare fewer execution roles', most: 4 },
} as const satisfies Record<string, PolicyLimit>

/** Characters of a policy as deployed, as closely as can be known before. */
const sizeOf = (owner: IConstruct, policy: PolicyJson): number =>
  JSON.stringify(asDeployed(Stack.of(owner).resolve(policy))).length

/** Characters of all of them. */
export const sizeOfAll = (owner: IConstruct, policies: readonly PolicyJson[]): number =>
  policies.reduce((sum, policy) => sum + sizeOf(owner, policy), 0)

/** Hands the policy back unchanged, or throws a `SynthesisError` that names the resource, the size and the remedy. */
export function withinLimit(owner: IConstruct, limit: PolicyLimit, ...policies: readonly PolicyJson[]): PolicyJson {
  const [first] = policies
  if (first === undefined) throw new Error('no policy to measure')
  const characters = sizeOfAll(owner, policies)
  if (characters <= limit.characters) return first
  throw new SynthesisError(
    `${limit.what} of \`${owner.node.path}\` would have about ${characters} characters, AWS admits ${limit.characters}: ${limit.remedy}`,
  )
}

/** The policy in as few parts as the limit takes, or a `SynthesisError` as `withinLimit` throws it. */
export function splitWithinLimit(
  owner: IConstruct,
  limit: PolicyLimit & { readonly most: number },
  policy: PolicyJson,
): readonly PolicyJson[] {
  const parts = splitPolicy(policy, (part) => sizeOf(owner, part) <= limit.characters)
  if (parts !== undefined && parts.length <= limit.most) return parts
  const characters = sizeOf(owner, policy)
  throw new SynthesisError(
    `${limit.what} of \`${owner.node.path}\` would have about ${characters} characters${parts === undefined ? ', and one statement alone too many,' : ''}; AWS admits ${limit.most} of ${limit.characters}: ${limit.remedy}`,
  )
}

/** Longest values that occur in practice; what a deployment puts in is not known yet, and too large a guess is safe. */
const lengths: readonly (readonly [RegExp, number])[] = [
  [/^AWS::AccountId$/, 12],
  [/^AWS::Partition$/, 10],
  [/^AWS::Region$/, 14],
  [/^AWS::URLSuffix$/, 16],
  [/^AWS::StackName$/, 128],
]
const idLength = 24
const arnLength = 140

/** Intrinsics replaced by placeholders of the expected length. */
function asDeployed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asDeployed)
  if (typeof value !== 'object' || value === null) return value
  const [[key, argument] = [], ...others] = Object.entries(value)
  if (others.length === 0 && key === 'Ref')
    return 'x'.repeat(lengths.find(([name]) => name.test(String(argument)))?.[1] ?? idLength)
  if (others.length === 0 && key === 'Fn::GetAtt') return 'x'.repeat(arnLength)
  if (others.length === 0 && key === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1]))
    return argument[1].map(asDeployed).join(String(argument[0]))
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, asDeployed(part)]))
}
