export {
  type Address,
  type Cidr,
  cidrsOverlap,
  contains,
  ipInCidr,
  isPrivateAddress,
  isPrivateCidr,
  networkOf,
  parseAddress,
  parseCidr,
} from './addresses.ts'
export { derive } from './derive/derive.ts'
export type { Policy, Statement } from './document.ts'
export { evaluate, type Policies } from './evaluate.ts'
export { explain } from './explain.ts'
export type * from './intent.ts'
export {
  executionRoleName,
  functionName,
  mintingPairOf,
  mintingPairs,
  mintingRoleName,
  ownerTagKeys,
  ownerTags,
  type ProfileOwner,
  profileName,
} from './names.ts'
export { mustParsePolicy, type PolicyReading, PolicySyntaxError, parsePolicy } from './parse.ts'
export type { PolicyError } from './problem.ts'
export { fullAwsAccess } from './services.ts'
export { type ProfileAddress, sessionPolicy, userProfileArn } from './session.ts'
export type * from './vocabulary.ts'
export type * from './walls.ts'
