/**
 * Policies that AWS keeps, as far as templates here attach them: only what they say about services of the twin matters, and
 * these say nothing about SageMaker. One that is not listed is refused by name, since guessing it could make a wall look whole.
 */
import type { NamedPolicy } from '../world.ts'

const ssmInstance = ['ssm:*', 'ssmmessages:*', 'ec2messages:*']
const logs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
const networkInterfaces = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
]

/** Path below `policy/` to the actions allowed on every resource. */
const rows: Readonly<Record<string, readonly string[]>> = {
  AmazonSSMManagedInstanceCore: ssmInstance,
  'service-role/AWSLambdaBasicExecutionRole': logs,
  'service-role/AWSLambdaVPCAccessExecutionRole': [...logs, ...networkInterfaces],
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs': ['logs:*'],
}

/** A managed policy of AWS by its ARN, in any partition. */
export function managedPolicy(arn: string): NamedPolicy | undefined {
  const path = /^arn:[a-z-]+:iam::aws:policy\/(.+)$/.exec(arn)?.[1]
  const actions = path !== undefined && Object.hasOwn(rows, path) ? rows[path] : undefined
  return path === undefined || actions === undefined
    ? undefined
    : {
        name: path,
        document: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: actions, Resource: '*' } },
      }
}
