import { at } from './problem.ts'
import { references } from './references.ts'
import type { Resource, Template } from './template.ts'
import type { Unknown } from './value.ts'

/** One resource waits for another: which, for which, and the place in the template that makes it so. */
export interface Dependency {
  readonly from: string
  readonly to: string
  /** Such as `Resources.Api.Properties.Policy.Fn::Join[1][2].Ref` or `Resources.Api.DependsOn[0]`. */
  readonly path: string
}

/** The order in which CloudFormation can create the resources, or a shortest cycle that keeps it from any. */
export type CreationOrder =
  | { readonly ok: true; readonly order: readonly string[] }
  | {
      readonly ok: false
      /** Logical ids; each waits for the next, the last for the first. */
      readonly cycle: readonly string[]
      /** The same cycle with the place that makes each step. */
      readonly dependencies: readonly Dependency[]
      /** One sentence a step. */
      readonly message: string
    }

/**
 * Orders the resources so that each comes after what it names by `Ref`, `Fn::GetAtt`, `Fn::Sub` or `DependsOn`; among equals the
 * order of the file. With `condition`, resources whose condition does not hold are left out and only the branches of `Fn::If` that
 * are taken count; without it, or where it is symbolic, everything counts.
 */
export function creationOrder(template: Template, condition?: (name: string) => boolean | Unknown): CreationOrder {
  const resources = [...template.resources.values()].filter(
    (resource) => resource.condition === undefined || condition?.(resource.condition) !== false,
  )
  const present = new Set(resources.map((resource) => resource.logicalId))
  const waiting = new Map(
    resources.map((resource) => [
      resource.logicalId,
      dependencies(resource, condition).filter((dependency) => present.has(dependency.to)),
    ]),
  )
  const done = new Set<string>()
  for (;;) {
    const ready = [...waiting].find(([id, needs]) => !done.has(id) && needs.every((need) => done.has(need.to)))
    if (ready === undefined) break
    done.add(ready[0])
  }
  if (done.size === waiting.size) return { ok: true, order: [...done] }
  const stuck = [...waiting.keys()].filter((id) => !done.has(id))
  const cycles = stuck.map((id) => cycleThrough(id, waiting)).filter((cycle) => cycle !== undefined)
  const [shortest = []] = cycles.toSorted((a, b) => a.length - b.length)
  const steps = shortest.map((step) => `${step.from} waits for ${step.to} (${step.path})`)
  return {
    ok: false,
    cycle: shortest.map((step) => step.from),
    dependencies: shortest,
    message: `circular dependency between resources: ${steps.join('; ')}`,
  }
}

/** Everything one resource waits for, in reading order, `DependsOn` last; names that are not resources included. */
export function dependencies(
  resource: Resource,
  condition?: (name: string) => boolean | Unknown,
): readonly Dependency[] {
  const from = resource.logicalId
  const path = `Resources.${from}`
  const taken = (name: string): 'both' | 'then' | 'else' => {
    const holds = condition?.(name)
    return typeof holds === 'boolean' ? (holds ? 'then' : 'else') : 'both'
  }
  const found: Dependency[] = []
  for (const reference of references(resource.properties, at(path, 'Properties'), taken)) {
    if (reference.kind === 'ref' || reference.kind === 'getAtt')
      found.push({ from, to: reference.name, path: reference.path })
  }
  for (const [index, to] of resource.dependsOn.entries())
    found.push({ from, to, path: at(at(path, 'DependsOn'), index) })
  return found
}

/** A shortest way from a resource back to itself, breadth first. */
function cycleThrough(
  start: string,
  waiting: ReadonlyMap<string, readonly Dependency[]>,
): readonly Dependency[] | undefined {
  const seen = new Set<string>()
  let ways: (readonly Dependency[])[] = (waiting.get(start) ?? []).map((step) => [step])
  while (ways.length > 0) {
    const closed = ways.find((way) => way.at(-1)?.to === start)
    if (closed !== undefined) return closed
    ways = ways.flatMap((way) => {
      const here = way.at(-1)?.to ?? start
      if (seen.has(here)) return []
      seen.add(here)
      return (waiting.get(here) ?? []).map((step) => [...way, step])
    })
  }
  return undefined
}
