/** Host names of Studio: one for a domain, one for each space (rows 1.7, 1.8). */
import type { StudioDomain, World } from '../world.ts'

export type Space = StudioDomain['spaces'] extends Map<string, infer S> ? S : never

export function studioZone(world: World): string {
  return `studio.${world.region}.sagemaker.aws`
}

/** `https://<label>.studio.<region>.sagemaker.aws` of a domain or of one of its spaces. */
export function studioUrl(world: World, domain: StudioDomain, space?: Space): string {
  return `https://${space ? space.hostLabel : domain.id}.${studioZone(world)}`
}

/** A domain's own host, or a space's. */
export interface Place {
  readonly domain: StudioDomain
  readonly space?: Space
}

/** What a host name stands for; nothing for a name that no domain or space has. */
export function placeOf(world: World, host: string): Place | undefined {
  const [name = ''] = host.toLowerCase().split(':')
  const zone = `.${studioZone(world)}`
  if (!name.endsWith(zone)) return undefined
  const label = name.slice(0, -zone.length)
  const domain = world.domains.get(label)
  if (domain) return { domain }
  for (const candidate of world.domains.values()) {
    const space = [...candidate.spaces.values()].find(({ hostLabel }) => hostLabel === label)
    if (space) return { domain: candidate, space }
  }
  return undefined
}
