/** All mutators, by family. */
import { attackers } from './attackers.ts'
import { encryption } from './encryption.ts'
import { keyless } from './keyless.ts'
import type { Attacked, Family } from './mutation.ts'

export const families: Readonly<Record<string, Family<Attacked>>> = { ...keyless, attacker: attackers, encryption }
