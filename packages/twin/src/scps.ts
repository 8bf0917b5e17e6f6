/** Service control policies from a file, as they hang on an account below its root: each level also carries FullAWSAccess. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fullAwsAccess } from '@studio-gate/policy'
import { DeployError } from './deploy/error.ts'
import { policyOf } from './deploy/site.ts'
import type { NamedPolicy } from './world.ts'

const everything: NamedPolicy = { name: 'FullAWSAccess', document: fullAwsAccess }

/** Reads the files and judges them; no file, no organization. Throws DeployError or PolicySyntaxError. */
export function readScps(...paths: readonly string[]): readonly (readonly NamedPolicy[])[] {
  return paths.length === 0 ? [] : [[everything], [everything, ...paths.map(readScp)]]
}

function readScp(path: string): NamedPolicy {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new DeployError(path, `cannot be read as a policy: ${error instanceof Error ? error.message : String(error)}`)
  }
  return policyOf('scp', json, basename(path, '.json'))
}
