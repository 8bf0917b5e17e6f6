/** Finding and naming SageMaker's things. Resources of other accounts do not exist for a caller. */
import type { StudioDomain, UserProfile, World } from '../../world.ts'
import { failure } from '../operation.ts'

/** What the control plane keeps that the template does not make. One a world. */
interface Inventory {
  /** How long a new user profile stays `Pending` (milliseconds). */
  pendingMilliseconds: number
  /** ARNs of apps that are `InService`. */
  readonly apps: Set<string>
  readonly spaces: Map<
    string,
    { readonly createdAt: number; readonly sharing: string; readonly tags: Record<string, string> }
  >
  readonly jobs: Map<string, { readonly createdAt: number; readonly roleArn: string }>
}

const inventories = new WeakMap<World, Inventory>()

export function inventoryOf(world: World): Inventory {
  const known = inventories.get(world)
  if (known) return known
  const fresh: Inventory = { pendingMilliseconds: 1500, apps: new Set(), spaces: new Map(), jobs: new Map() }
  inventories.set(world, fresh)
  return fresh
}

/** `arn:<partition>:sagemaker:<region>:<account>:<rest>` (row 5.23). */
export function sagemakerArn(world: World, ...rest: readonly string[]): string {
  return `arn:${world.partition}:sagemaker:${world.region}:${world.accountId}:${rest.join('/')}`
}

export function findDomain(world: World, domainId: string): StudioDomain | undefined {
  const domain = world.domains.get(domainId)
  return domain?.accountId === world.accountId ? domain : undefined
}

/** Names are not case sensitive (row 5.13). A `Pending` profile whose time has come is `InService`. */
export function findProfile(world: World, domainId: string, name: string): UserProfile | undefined {
  const lower = name.toLowerCase()
  const profile = [...(findDomain(world, domainId)?.profiles.values() ?? [])].find(
    (candidate) => candidate.name.toLowerCase() === lower,
  )
  if (profile?.status === 'Pending' && world.now() >= profile.createdAt + inventoryOf(world).pendingMilliseconds) {
    profile.status = 'InService'
  }
  return profile
}

/** The ARN that IAM is asked about: whose spelling of the name it holds is a switch (row 3.21). */
export function profileArn(world: World, domainId: string, name: string): string {
  const created =
    world.switches['sagemaker.profile-case'] === 'as-created' ? findProfile(world, domainId, name) : undefined
  return sagemakerArn(world, 'user-profile', domainId, created?.name ?? name)
}

/** Private spaces belong to one profile; this is the condition key that says which (row 2.14). */
export function ownerContext(world: World, domainId: string, owner: string | undefined): Record<string, string> {
  return owner === undefined
    ? {}
    : { 'sagemaker:OwnerUserProfileArn': sagemakerArn(world, 'user-profile', domainId, owner) }
}

export function notFound(kind: string, name: string) {
  return failure('ResourceNotFound', `${kind} [${name}] does not exist.`)
}
