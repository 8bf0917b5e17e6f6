/** Makes the resources of a template, in CloudFormation's order, into a world. */
import { dirname } from 'node:path'
import {
  createScope,
  creationOrder,
  resolveValue,
  type Template,
  TemplateError,
  unknownWithin,
  type Value,
} from '@studio-gate/policy/template'
import { routeTo } from '../network/routes.ts'
import { emptyTopology, type Topology } from '../network/topology.ts'
import type { World } from '../world.ts'
import { DeployError } from './error.ts'
import { createIds } from './ids.ts'
import { settleApis } from './resources/api-gateway.ts'
import { rows } from './rows.ts'
import type { Creation, FunctionPlan, Instance, Site } from './site.ts'

export interface Deployed {
  readonly topology: Topology
  readonly outputs: Readonly<Record<string, string>>
  readonly instances: readonly Instance[]
  readonly functions: readonly FunctionPlan[]
  /** What each resource became, by logical id. */
  readonly made: ReadonlyMap<string, Creation>
  readonly gaps: readonly string[]
}

export interface DeployOptions {
  readonly template: Template
  /** Path of the template; assets lie beside it. */
  readonly templatePath: string
  readonly world: World
  readonly stackName: string
  readonly urlSuffix: string
  /** The same seed gives the same ids. */
  readonly seed: string
  readonly parameters?: Readonly<Record<string, string>>
  /** Nothing is going to run: assets need not lie there, and a type that the twin cannot make is a gap instead of an error. */
  readonly onPaper?: true
  onResource?(logicalId: string, type: string, done: number, all: number): void
}

/** Deploys; throws DeployError (or PolicySyntaxError) at the first resource that AWS would refuse or the twin cannot make. */
export async function deploy(options: DeployOptions): Promise<Deployed> {
  const { template, world, stackName, urlSuffix, seed } = options
  const made = new Map<string, Creation>()
  const gaps = new Set<string>()
  const topology = emptyTopology(world.region, world.subnets)
  const site: Site = {
    world,
    topology,
    ids: createIds(seed),
    stackName,
    urlSuffix,
    ...(options.onPaper ? {} : { folder: dirname(options.templatePath) }),
    instances: [],
    functions: [],
    permissions: [],
    apis: new Map(),
    deployments: new Map(),
    managedPolicies: new Map(),
    instanceProfiles: new Map(),
    autoPublicSubnets: new Set(),
    bornOpen: new Set(),
    elasticAddresses: new Map(),
    gap: (text) => void gaps.add(text),
  }
  const scoped = createScope(template, {
    ...(options.parameters ? { parameters: options.parameters } : {}),
    parameterStore: publicParameters(template),
    deployment: {
      accountId: world.accountId,
      region: world.region,
      stackName,
      stackId: `arn:${world.partition}:cloudformation:${world.region}:${world.accountId}:stack/${stackName}/${createIds(seed).alphanumeric('stack', stackName, 12)}`,
    },
    ref: (id) => made.get(id)?.ref ?? { unknown: `Ref of ${id}` },
    getAtt: (id, attribute) => made.get(id)?.attributes[attribute] ?? { unknown: `${id}.${attribute}` },
    availabilityZones: (region) => ['a', 'b', 'c'].map((zone) => `${region}${zone}`),
  })
  if (!scoped.ok) throw new DeployError(template.name, scoped.errors.map(({ message }) => message).join('; '))
  const { scope } = scoped
  const sequence = creationOrder(template, scope.condition)
  if (!sequence.ok) throw new DeployError(template.name, sequence.message)

  for (const [index, logicalId] of sequence.order.entries()) {
    const resource = template.resources.get(logicalId)
    if (!resource) continue
    const { type } = resource
    const row = rows.get(type)
    if (!row) {
      if (!options.onPaper) throw new DeployError(`Resources.${logicalId}`, `the twin cannot make a ${type}`)
      site.gap(`${logicalId}: the twin cannot make a ${type}`)
      continue
    }
    const path = `Resources.${logicalId}.Properties`
    const values: Record<string, Value> = {}
    for (const [key, value] of Object.entries(resource.properties)) {
      const modelled = row.models.includes(key)
      if (!modelled && !row.ignores.includes(key) && !row.ignores.includes('*'))
        site.gap(`${logicalId} (${type}): the property ${key}`)
      if (!modelled) continue
      const resolved = withinTemplate(() => resolveValue(value, scope, `${path}.${key}`))
      const unknown = unknownWithin(resolved)
      if (unknown) throw new DeployError(`${path}.${key}`, `its value is not known here: ${unknown.unknown}`)
      if (resolved !== null) values[key] = resolved
    }
    made.set(logicalId, await row.create({ logicalId, type, path, values }, site))
    options.onResource?.(logicalId, type, index + 1, sequence.order.length)
  }
  settleApis(site)
  settleSubnets(world, topology)

  const outputs: Record<string, string> = {}
  for (const output of template.outputs.values()) {
    if (output.condition !== undefined && scope.condition(output.condition) === false) continue
    const value = withinTemplate(() => resolveValue(output.value, scope, `Outputs.${output.name}.Value`))
    if (unknownWithin(value) || typeof value === 'object')
      site.gap(`output ${output.name}: its value is not known here`)
    else outputs[output.name] = String(value)
  }
  return { topology, outputs, instances: site.instances, functions: site.functions, made, gaps: [...gaps] }
}

function withinTemplate<T>(resolve: () => T): T {
  try {
    return resolve()
  } catch (error) {
    if (error instanceof TemplateError) throw new DeployError(error.problem.path, error.message)
    throw error
  }
}

/** Machine images by their public parameter: the twin starts no machine, so any id serves. */
function publicParameters(template: Template): Readonly<Record<string, string>> {
  const names = [...template.parameters.values()].filter(({ type }) => type.startsWith('AWS::SSM::Parameter::Value<'))
  return Object.fromEntries(names.map((parameter) => [parameter.default ?? '', 'ami-00000000000000000']))
}

/** A subnet is public when it has a way out through an internet gateway, whatever it is called. */
function settleSubnets(world: World, topology: Topology): void {
  for (const [id, subnet] of world.subnets) {
    const open = routeTo(topology, subnet, '198.51.100.1')?.target.kind === 'internet-gateway'
    world.subnets.set(id, { ...subnet, public: open })
  }
}
