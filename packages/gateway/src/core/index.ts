/** The gate without its surroundings: give it ports and a declaration, and it answers sign-ins. */
export type { AuthenticationEvent } from './audit.ts'
export { formLimit, samlResponseLimit } from './form.ts'
export { studioSuffixes } from './minting.ts'
export type { SignInNetwork } from './network.ts'
export { refusalPage, safeHeaders } from './pages.ts'
export type {
  Answer,
  Audit,
  Clock,
  Failure,
  Minting,
  MintOrder,
  Ports,
  ProfileFacts,
  ProfileOrder,
  Profiles,
  Randomness,
  ReplayStore,
  RequestStore,
} from './ports.ts'
export { type GateCode, gateRefusals, type Refusal, type RefusalCode, type RefusalRow, refusalRow } from './refusals.ts'
export { createGate, type Environment, type Gate, SettingsError } from './settings.ts'
export { signIn } from './sign-in.ts'
export { startSignIn } from './sign-in-request.ts'
