import type { ExecutionRole, ExecutionWall, Intent, MintingWall, Walls } from '@studio-gate/policy'
import * as iam from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { pascal } from './logical-id.ts'
import { policyLimits, withinLimit } from './policy-limits.ts'
import { joinBlocks } from './remedies.ts'

/** The roles that can mint: those that the gate assumes, and the execution roles, each inside its boundary. */
export class Roles extends Construct {
  /** ARNs of the boundaries of execution roles that the template does not make, by the role's name in the declaration. */
  readonly boundariesToAttach: ReadonlyMap<string, string>
  readonly #executionRoles: ReadonlyMap<string, string | iam.CfnRole>
  readonly #intent: Intent

  constructor(scope: Construct, id: string, props: { readonly intent: Intent; readonly walls: Walls }) {
    super(scope, id)
    const { intent, walls } = props
    this.#intent = intent
    for (const wall of walls.minting) this.minting(wall)
    const boundaries = new Map<string, string>()
    const executionRoles = new Map<string, string | iam.CfnRole>()
    for (const wall of walls.execution) {
      const boundary = this.boundary(wall)
      const { role } = declared(intent, wall.name)
      if (role === 'deployed') {
        executionRoles.set(wall.name, this.execution(wall, boundary))
      } else {
        executionRoles.set(wall.name, role)
        boundaries.set(wall.name, boundary)
      }
    }
    this.boundariesToAttach = boundaries
    this.#executionRoles = executionRoles
  }

  /** ARN of a declared execution role that some rule uses. */
  executionRoleArn(name: string): string {
    const role = this.#executionRoles.get(name)
    if (role === undefined) throw new Error(`no rule uses the execution role \`${name}\``)
    return typeof role === 'string' ? role : role.attrArn
  }

  private fewerNetworks({ pair }: MintingWall | ExecutionWall): string {
    return joinBlocks(this.#intent, pair.networks)
  }

  private minting(wall: MintingWall): void {
    // Two keys may join to one text, or be too long for an id; the digest at the end of the role's name tells them apart.
    const role = new iam.CfnRole(this, `Minting${pascal(wall.pair.key).slice(0, 200)}${wall.roleName.slice(-6)}`, {
      roleName: wall.roleName,
      description: `Studio Gate mints for ${wall.pair.domain} from ${wall.pair.networks.join(', ')}`.slice(0, 1000),
      assumeRolePolicyDocument: wall.trust,
      policies: [{ policyName: 'mint-and-use', policyDocument: wall.policy }],
    })
    withinLimit(role, policyLimits.trust, wall.trust)
    withinLimit(role, { ...policyLimits.inline, remedy: this.fewerNetworks(wall) }, wall.policy)
  }

  private boundary(wall: ExecutionWall): string {
    const policy = new iam.CfnManagedPolicy(this, `Boundary${pascal(wall.name)}`, {
      description: `Boundary of the Studio execution role ${wall.name}: mints for its own profile from its networks only`,
      policyDocument: wall.boundary,
    })
    withinLimit(policy, { ...policyLimits.boundary, remedy: this.fewerNetworks(wall) }, wall.boundary)
    return policy.ref
  }

  private execution(wall: ExecutionWall, boundary: string): iam.CfnRole {
    const resource = new iam.CfnRole(this, `Execution${pascal(wall.name)}`, {
      roleName: wall.roleName,
      description: `Studio execution role ${wall.name}`,
      assumeRolePolicyDocument: wall.trust,
      permissionsBoundary: boundary,
      policies: [{ policyName: 'studio', policyDocument: wall.policy }],
    })
    withinLimit(resource, policyLimits.trust, wall.trust)
    withinLimit(resource, policyLimits.inline, wall.policy)
    return resource
  }
}

function declared(intent: Intent, name: string): ExecutionRole {
  const role = intent.executionRoles.find((candidate) => candidate.name === name)
  if (role === undefined) throw new Error(`execution role \`${name}\` is not declared`)
  return role
}
