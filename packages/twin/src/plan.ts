/**
 * What a template would become, without booting it: no server, process, file or credential is made. For questions about its
 * policies that need the ids which only a deployment gives.
 */
import { deploy } from './deploy/deploy.ts'
import { readTemplate } from './deploy/read-template.ts'
import { emptyWorld, pseudoParameter, stackNameOf } from './empty-world.ts'
import { readScps } from './scps.ts'
import { type Ask, judge, toRequest } from './services/authorize.ts'
import type { World } from './world.ts'

export interface PlanOptions {
  readonly templatePath: string
  /** Service control policies that hang on the account, each beside FullAWSAccess; none: no organization. */
  readonly scpPaths?: readonly string[]
  readonly region: string
  readonly accountId?: string
  /** Values of the template's parameters that have no default. */
  readonly parameters?: Readonly<Record<string, string>>
  /** The same seed makes the same ids, in a booted twin, too. */
  readonly seed?: string
  /** The clock of the requests, milliseconds since the epoch. */
  readonly now: number
}

export interface Plan {
  readonly world: World
  /** Logical id to the id and, where it has one, the ARN that the deployment would give. */
  readonly resources: ReadonlyMap<string, { readonly id?: string; readonly arn?: string }>
  readonly gaps: readonly string[]
}

/** Throws DeployError or PolicySyntaxError, as a boot would, but for assets and for types that nothing asked about needs. */
export async function planTemplate(options: PlanOptions): Promise<Plan> {
  const { templatePath, region, now } = options
  const { accountId, scpPaths = [] } = options
  const world = emptyWorld({ region, accountId, scps: readScps(...scpPaths), now: () => now })
  const { made, gaps } = await deploy({
    template: readTemplate(templatePath),
    templatePath,
    world,
    stackName: stackNameOf(templatePath),
    urlSuffix: pseudoParameter('AWS::URLSuffix', region),
    seed: options.seed ?? 'twin',
    onPaper: true,
    ...(options.parameters ? { parameters: options.parameters } : {}),
  })
  const resources = [...made].map(([logicalId, { ref, attributes }]) => {
    const arn = Object.entries(attributes).find(([name]) => name === 'Arn' || name.endsWith('Arn'))?.[1]
    return [
      logicalId,
      { ...(ref === undefined ? {} : { id: ref }), ...(typeof arn === 'string' ? { arn } : {}) },
    ] as const
  })
  return { world, resources: new Map(resources), gaps }
}

/** The verdict of all policies of the plan on one request, as the services of a booted twin would reach it. */
export function judgeOnPaper({ world }: Plan, ask: Ask) {
  return { request: toRequest(world, ask), ...judge(world, ask) }
}
