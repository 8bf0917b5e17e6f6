/** One provider, one office, one domain, one rule: what the walls of a single setting are derived from. */
import type { Intent, Places } from '../src/index.ts'

export const intent: Intent = {
  identityProviders: [
    {
      name: 'workforce',
      entityId: 'https://idp.example',
      certificates: [],
      requiredSignature: 'both',
      clockSkewSeconds: 60,
      subject: { from: 'nameId' },
    },
  ],
  networks: [{ kind: 'privateCidr', name: 'office', cidrs: ['10.100.10.0/24'], through: { endpoint: 'deployed' } }],
  domains: [{ name: 'main', id: 'deployed' }],
  executionRoles: [{ name: 'scientist', role: 'deployed' }],
  rules: [
    {
      effect: 'allow',
      name: 'all',
      who: { identityProvider: 'workforce' },
      domain: 'main',
      from: ['office'],
      sessionSeconds: 3600,
      executionRole: 'scientist',
      landingUri: 'studio::',
    },
  ],
  profiles: [],
  urlSeconds: 60,
  audience: 'urn:gate',
  acsUrlForm: 'endpoint-alias',
}
export const places: Places = {
  partition: 'aws',
  region: 'eu-west-1',
  accountId: '111122223333',
  stackName: 'StudioGate',
  vpcId: 'vpc-1',
  endpoints: { sagemakerApi: 'vpce-1', studio: 'vpce-2', executeApi: 'vpce-3' },
  gateSubnetCidrs: ['10.100.20.0/24'],
  studioSubnetCidrs: ['10.100.30.0/24'],
  domainIds: { main: 'd-1' },
  functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:StudioGate-gate',
  functionRoleArn: 'arn:aws:iam::111122223333:role/gate',
  replayTableArn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/replay',
  stage: 'gate',
}
