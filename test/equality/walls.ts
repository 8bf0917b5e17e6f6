/** The walls of a declaration at a place made of literals, as the evaluator takes them. */
import { derive, gateKeys, type Intent, type Places, type Walls } from '@studio-gate/policy'
import { account } from './declarations.ts'

export const places = (intent: Intent): Places => ({
  partition: 'aws',
  region: 'eu-central-1',
  accountId: account,
  stackName: 'StudioGate',
  vpcId: 'vpc-0own',
  endpoints: { sagemakerApi: 'vpce-0api', studio: 'vpce-0studio', executeApi: 'vpce-0acs', kms: 'vpce-0kms' },
  gateSubnetCidrs: ['10.100.20.0/24', '10.100.21.0/24'],
  studioSubnetCidrs: ['10.100.30.0/24', '10.100.31.0/24'],
  domainIds: Object.fromEntries(intent.domains.map(({ name, id }) => [name, id === 'deployed' ? 'd-own' : id])),
  functionArn: `arn:aws:lambda:eu-central-1:${account}:function:StudioGate-gate`,
  functionRoleArn: `arn:aws:iam::${account}:role/StudioGate-function`,
  replayTableArn: `arn:aws:dynamodb:eu-central-1:${account}:table/replay`,
  keys: Object.fromEntries(gateKeys(intent).map((key) => [key, `arn:aws:kms:eu-central-1:${account}:key/${key}`])),
  stage: 'gate',
})

export const wallsOf = (intent: Intent): Walls => derive(intent, places(intent))

/** It names no id of a deployment. */
export const scpOf = (intent: Intent): unknown => wallsOf(intent).scp
