import type { ExecutionRole, Intent } from '../intent.ts'
import { executionRoleName, mintingPairs, mintingRoleName } from '../names.ts'
import type { Places } from '../walls.ts'

/** Id of a declared domain. Throws when the deployment did not say: a bug of the caller, not of the declaration. */
export function domainIdOf(places: Places, domain: string): string {
  const id = places.domainIds[domain]
  if (id === undefined) throw new Error(`no domain id for \`${domain}\``)
  return id
}

export function roleArn(places: Places, name: string): string {
  return `arn:${places.partition}:iam::${places.accountId}:role/${name}`
}

export function executionRoleArn(places: Places, role: ExecutionRole): string {
  return role.role === 'deployed' ? roleArn(places, executionRoleName(places.stackName, role.name)) : role.role
}

/** A role by its name, in whatever account and partition: for policies that are written before there is a deployment. */
export function roleAnywhere(name: string): string {
  return `arn:*:iam::*:role/${name}`
}

/** The minting and execution roles, by their names. */
export function mintingPrincipalsAnywhere(intent: Intent, stackName: string): readonly string[] {
  return [
    ...mintingPairs(intent).map((pair) => roleAnywhere(mintingRoleName(stackName, pair))),
    ...intent.executionRoles.map(({ name, role }) =>
      role === 'deployed' ? roleAnywhere(executionRoleName(stackName, name)) : role,
    ),
  ]
}
