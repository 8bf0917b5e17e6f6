import type { z } from 'zod'
import type { declaration } from './settings.ts'

/** The types of the declaration file, as the table of settings has them. */

/** zod infers types that may be written to; a declaration may not. */
type Fixed<T> = T extends readonly (infer Item)[]
  ? readonly Fixed<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Fixed<T[Key]> }
    : T

/** What `studio-gate.yaml` says, key by key, before anything has been checked. */
export type Declaration = Fixed<z.input<typeof declaration>>

/** What was read: every default filled in, every duration in seconds. */
export type Settings = Fixed<z.output<typeof declaration>>
export type IdentityProviderSettings = Settings['identityProviders'][string]
export type NetworkSettings = Settings['networks'][string]
export type RuleSettings = Settings['rules'][number]
export type AllowSettings = Extract<RuleSettings, { effect: 'allow' }>

/** The audience that identity providers are told where the file names none. */
export const audienceOf = (name: string): string => `urn:studio-gate:${name}`

/** A declaration in TypeScript: checked by the compiler while it is written, and by `readDeclarationObject` when it is read. */
export function defineDeclaration(declaration: Declaration): Declaration {
  return declaration
}
