/** Cases as data, read from `vectors`: the document of each, and the trust and the time that it is judged with. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTrust, type EncryptedAssertions, type Trust, type TrustOptions, unwrapWith } from '../src/index.ts'
import { type Case, keys, made, parties, vectors, type Written, write } from './documents.ts'
import { gateKey, otherKey } from './encrypting.ts'

export { type Case, keys, made, parties } from './documents.ts'

/** Of the gate's keys. */
export const unwrapKey = unwrapWith([otherKey.privateKey, gateKey.privateKey])
const cbc = { admitCbcBehindTheVerifiedSignature: true } as const

/** Every case of a folder of `vectors`, named by its file. */
export function readCases<T extends Case>(folder: string): readonly (T & { readonly file: string })[] {
  return readdirSync(join(vectors, folder)).flatMap((file) => {
    const cases = JSON.parse(readFileSync(join(vectors, folder, file), 'utf8')) as readonly T[]
    return cases.map((one) => ({ ...one, file }))
  })
}

export interface Made extends Written {
  readonly trust: Trust
  readonly now: number
}

/** The case's document, and what it is judged with. */
export function make(one: Case): Made {
  return { ...write(one), trust: createTrust(optionsOf(one)), now: made + (one.later ?? 0) * 1_000 }
}

/** What the case's trust is made of. */
export function optionsOf(one: Case): TrustOptions {
  return {
    idp: {
      entityId: parties.idp,
      certificates: (one.pinned ?? ['idp']).map((name) => keys.get(name)?.certificate ?? ''),
    },
    sp: { entityId: parties.sp, acsUrl: parties.acs },
    requiredSignature: one.required ?? 'either',
    ...(one.opens === undefined ? {} : { encryptedAssertions: opening(one.opens) }),
  }
}

/** The gate's key, as a trust that opens encryption has it. */
export function opening(opens: 'gcm' | 'cbc'): EncryptedAssertions {
  return { unwrapKey, ...(opens === 'cbc' ? cbc : {}) }
}
