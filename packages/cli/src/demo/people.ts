/** The people of the demo's directory. Passwords are made anew for each run. */
import { randomBytes } from 'node:crypto'
import type { Person } from './outcome.ts'

/** `alice` and `dave` have profiles from the template, `bob` gets one at the first sign-in, `carol` is in no group that a rule names. */
export function demoPeople(): readonly Person[] {
  const person = (name: string, groups: readonly string[]): Person => ({
    name,
    password: randomBytes(9).toString('base64url'),
    subject: name,
    email: `${name}@example.com`,
    groups,
  })
  return [
    person('alice', ['data-scientists']),
    person('bob', ['data-scientists']),
    person('carol', ['finance']),
    person('dave', ['data-scientists']),
  ]
}
