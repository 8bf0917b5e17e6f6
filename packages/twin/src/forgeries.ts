/** Forged responses in the words of scenarios: made against a running twin, by one of its people, in another's name. */
import type { Twin } from './boot.ts'
import {
  expired,
  type Forger,
  issuedForAnotherAudience,
  signedWithAnotherKey,
  unsigned,
  userNameAltered,
  wrappedBeside,
} from './idp/forge.ts'

const table = {
  unsigned,
  otherKey: signedWithAnotherKey,
  userNameAltered,
  audienceAltered: issuedForAnotherAudience,
  expired,
  wrapped: wrappedBeside,
} as const satisfies Readonly<Record<string, (forger: Forger) => string>>

export type ForgeryName = keyof typeof table

/** By name: the base64 form field that a user of the directory forges for the first registered application. */
export const forgeries = Object.fromEntries(
  Object.entries(table).map(([name, forge]) => [name, (twin: Twin, user: string) => forge(forger(twin, user))]),
) as Readonly<Record<ForgeryName, (twin: Twin, user: string) => string>>

function forger({ directory, world }: Twin, name: string): Forger {
  const user = directory.users.find((one) => one.name === name)
  const [application] = directory.applications()
  if (!user || !application) throw new Error(`the directory has no user ${name} or no application`)
  const victim = directory.users.find((one) => one !== user) ?? user
  return { directory, application, user, victim, now: world.now() }
}
