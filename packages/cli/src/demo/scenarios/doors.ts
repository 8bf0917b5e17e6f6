/** The second doors: everybody else of the account who might mint a URL around the gate, and another account's Studio. */
import { callAws, foreignStudioUrl } from '@studio-gate/twin'
import type { Observed, Scenario, Stage } from '../outcome.ts'
import { decided, open, refusal, seen, watch } from './steps.ts'

type Who = Parameters<Stage['twin']['credentials']>[0]

/** A call of the SageMaker API from a host; `allowed` or the refusal that the world wrote down. */
async function call(stage: Stage, host: string, who: Who, operation: string, body: object): Promise<Observed> {
  const { twin } = stage
  const journal = watch(stage)
  const answer = await callAws(twin.host(host).proxyUrl, twin.caFile, await twin.credentials(who), {
    service: 'sagemaker',
    region: twin.world.region,
    target: `SageMaker.${operation}`,
    body,
  })
  const entries = journal.since(host)
  if (answer.status === 200) return { result: 'allowed', reason: `${operation} answered`, ...decided(entries.at(-1)) }
  return refusal(entries)
}

function mint(stage: Stage, host: string, who: Who, profile: string): Promise<Observed> {
  const { DomainId } = stage.twin.outputs
  return call(stage, host, who, 'CreatePresignedDomainUrl', { DomainId, UserProfileName: profile })
}

const atMint = { result: 'refused', layer: 'IAM at mint' } as const
const owner = 'alice'
const colleague = 'bob'
const notebook = { profile: owner } as const
const administrator = { administrator: true } as const

export const doors: readonly Scenario[] = [
  door('notebook-own', 'A notebook mints for its own profile', 'notebook', notebook, owner, ['1.29', '1.36']),
  door('notebook-colleague', 'A notebook mints for a colleague', 'notebook', notebook, colleague, ['1.30', '1.36']),
  door('instance-own', 'An instance role mints', 'private-host', { host: 'private-host' }, owner, ['1.31']),
  door(
    'instance-colleague',
    'An instance role mints for a colleague',
    'private-host',
    { host: 'private-host' },
    colleague,
    ['1.31'],
  ),
  door('administrator', 'An administrator mints on the internet', 'laptop', administrator, owner, ['1.31', '3.2']),
  door('administrator-colleague', 'An administrator mints for a colleague', 'laptop', administrator, colleague, [
    '1.31',
    '3.2',
  ]),
  {
    id: 'administrator-without-scp',
    title: 'The same administrator, without the SCP',
    host: 'laptop',
    expected: { result: 'allowed' },
    restsOn: 'documented',
    facts: ['1.18', '1.31'],
    run: withoutScp,
  },
  {
    id: 'training-job',
    title: 'A training job, started from the notebook',
    host: 'notebook',
    expected: { result: 'allowed' },
    restsOn: 'documented',
    facts: ['1.29'],
    run: (stage) =>
      call(stage, 'notebook', notebook, 'CreateTrainingJob', {
        TrainingJobName: `demo-${stage.twin.world.now()}`,
        RoleArn: executionRoleArn(stage),
        AlgorithmSpecification: { TrainingInputMode: 'File', TrainingImage: 'example' },
        OutputDataConfig: { S3OutputPath: 's3://example/out' },
        ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
        StoppingCondition: { MaxRuntimeInSeconds: 60 },
      }),
  },
  {
    id: 'foreign-studio',
    title: "Another account's Studio, opened on the private host",
    host: 'private-host',
    expected: { result: 'refused', layer: 'endpoint policy' },
    restsOn: 'documented',
    facts: ['5.7', '5.8'],
    run: async (stage) => {
      const page = await stage.browserAt('private-host')
      const journal = watch(stage)
      await open(page, foreignStudioUrl(stage.twin.world))
      return seen(page, journal.since('private-host'))
    },
  },
]

function door(id: string, title: string, host: string, who: Who, profile: string, facts: readonly string[]): Scenario {
  return {
    id,
    title,
    host,
    expected: atMint,
    restsOn: 'documented',
    facts,
    run: (stage) => mint(stage, host, who, profile),
  }
}

async function withoutScp(stage: Stage): Promise<Observed> {
  const { world } = stage.twin
  const attached = world.scps
  world.scps = []
  try {
    const observed = await mint(stage, 'laptop', administrator, owner)
    return { ...observed, reason: `${observed.reason}: attach the SCP to close this door` }
  } finally {
    world.scps = attached
  }
}

function executionRoleArn(stage: Stage): string {
  for (const domain of stage.twin.world.domains.values()) {
    const profile = domain.profiles.get(owner)
    if (profile !== undefined) return profile.executionRoleArn
  }
  throw new Error(`the template has no profile \`${owner}\``)
}
