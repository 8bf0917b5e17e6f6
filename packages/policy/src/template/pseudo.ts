/** What the place of deployment knows about itself; whatever is absent becomes a symbolic value. */
export interface Deployment {
  readonly accountId?: string
  readonly region?: string
  readonly stackName?: string
  readonly stackId?: string
}

/** Region prefix -> partition and DNS suffix; the first row that fits. */
const partitions: readonly (readonly [prefix: string, partition: string, suffix: string])[] = [
  ['cn-', 'aws-cn', 'amazonaws.com.cn'],
  ['us-gov-', 'aws-us-gov', 'amazonaws.com'],
  ['us-isob-', 'aws-iso-b', 'sc2s.sgov.gov'],
  ['us-iso-', 'aws-iso', 'c2s.ic.gov'],
  ['eusc-', 'aws-eusc', 'amazonaws.eu'],
  ['', 'aws', 'amazonaws.com'],
]

const partitionOf = (region: string | undefined): (typeof partitions)[number] | undefined =>
  region === undefined ? undefined : partitions.find(([prefix]) => region.startsWith(prefix))

/** Every pseudo parameter but `AWS::NoValue`, which is no value, and how it follows from the deployment. */
export const pseudoParameters: ReadonlyMap<string, (deployment: Deployment) => string | readonly string[] | undefined> =
  new Map<string, (deployment: Deployment) => string | readonly string[] | undefined>([
    ['AWS::AccountId', (deployment) => deployment.accountId],
    ['AWS::Region', (deployment) => deployment.region],
    ['AWS::Partition', (deployment) => partitionOf(deployment.region)?.[1]],
    ['AWS::URLSuffix', (deployment) => partitionOf(deployment.region)?.[2]],
    ['AWS::StackName', (deployment) => deployment.stackName],
    ['AWS::StackId', (deployment) => deployment.stackId],
    ['AWS::NotificationARNs', () => []],
  ])
