export { derive } from './derive/derive.ts'
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
export { type ProfileAddress, sessionPolicy, userProfileArn } from './session.ts'
export type * from './vocabulary.ts'
export type * from './walls.ts'
