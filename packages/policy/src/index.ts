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
export { splitPolicy } from './derive/split.ts'
export type { Policy, Statement } from './document.ts'
export { evaluate } from './evaluate.ts'
export { explain } from './explain.ts'
export type * from './intent.ts'
export {
  executionRoleName,
  functionName,
  functionRoleName,
  gateKeys,
  mintingPairOf,
  mintingPairs,
  mintingRoleName,
  ownerTagKeys,
  ownerTags,
  type ProfileOwner,
  profileName,
  requestingProviders,
  stackTagKey,
} from './names.ts'
export { mustParsePolicy, type PolicyReading, PolicySyntaxError, parsePolicy } from './parse.ts'
export type { Policies } from './policies.ts'
export { printPolicy } from './print.ts'
export type { PolicyError } from './problem.ts'
export { type AddressSet, anyAddress, edges, joinedCidrs, toCidrs } from './prove/address-set.ts'
export { type Change, type Comparison, compare, type Side } from './prove/compare.ts'
export { confined } from './prove/confined.ts'
export type { Witness } from './prove/counterexample.ts'
export type { Endpoint, ReachOptions, ReachPolicies } from './prove/question.ts'
export { type Reach, reach } from './prove/reach.ts'
export { type Origin, type Origins, originWords, type Region, type Undecided } from './prove/region.ts'
export { snapshotOrigin } from './prove/snapshot.ts'
export type {
  ConfinedOptions,
  Confinement,
  Contradiction,
  Counterexample,
  DoorReach,
  Shortfall,
  ShutOut,
  Subject,
} from './prove/verdict.ts'
export { fullAwsAccess } from './services.ts'
export { type ProfileAddress, sessionPolicy, userProfileArn } from './session.ts'
export { editDistance } from './spelling.ts'
export type * from './vocabulary.ts'
export type * from './walls.ts'
