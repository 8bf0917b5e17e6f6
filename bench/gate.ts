/** The gate that the bundle is made for: one identity provider, one rule, and what AWS would say to its calls. */
import { executionRoleName, type Intent, ownerTags } from '@studio-gate/policy'
import { party } from './fixtures.ts'

export const region = 'eu-west-1'
const account = '123456789012'
const stack = 'StudioGate'
const executionRole = 'scientist'
export const studioUrl = `https://d-bench.studio.${region}.sagemaker.aws/auth?token=bench`

export function makeIntent(certificates: readonly string[]): Intent {
  return {
    identityProviders: [
      {
        name: 'workforce',
        entityId: party.entityId,
        certificates,
        requiredSignature: 'both',
        clockSkewSeconds: 60,
        subject: { from: 'nameId' },
        groupsAttribute: 'groups',
        unsolicited: 'accepted',
      },
    ],
    networks: [{ kind: 'privateCidr', name: 'office', cidrs: ['10.100.10.0/24'], through: { endpoint: 'deployed' } }],
    domains: [{ name: 'research', id: 'deployed' }],
    executionRoles: [{ name: executionRole, role: 'deployed' }],
    rules: [
      {
        name: 'everyone',
        effect: 'allow',
        who: { identityProvider: 'workforce' },
        domain: 'research',
        from: ['office'],
        sessionSeconds: 28_800,
        executionRole,
        landingUri: 'studio::',
      },
    ],
    profiles: [],
    urlSeconds: 60,
    audience: party.audience,
    acsUrlForm: 'endpoint-alias',
  }
}

export const gateEnvironment = {
  STUDIO_GATE_ACS_URL: party.acsUrl,
  STUDIO_GATE_REPLAY_TABLE: 'replay',
  STUDIO_GATE_STACK: stack,
  STUDIO_GATE_ACCOUNT: account,
  STUDIO_GATE_PARTITION: 'aws',
  STUDIO_GATE_DOMAIN_IDS: '{"research":"d-bench"}',
  AWS_REGION: region,
} as const

/** One POST of the form field, as API Gateway hands it to the function (row 4.9). */
export function proxyEvent(samlResponse: string): object {
  const contentType = 'application/x-www-form-urlencoded'
  return {
    resource: '/saml',
    path: '/saml',
    httpMethod: 'POST',
    headers: { 'content-type': contentType },
    multiValueHeaders: { 'content-type': [contentType] },
    requestContext: {
      requestId: 'bench',
      stage: 'gate',
      identity: { sourceIp: '10.100.10.7', vpceId: 'vpce-0123456789abcdef0' },
    },
    body: `SAMLResponse=${encodeURIComponent(samlResponse)}`,
    isBase64Encoded: false,
  }
}

/** Answers to JSON operations by the header `x-amz-target`; the profile of `subject` exists and is its own. */
export function awsAnswers(subject: string): Readonly<Record<string, object>> {
  const tags = Object.entries(ownerTags(party.entityId, subject))
  return {
    'DynamoDB_20120810.PutItem': {},
    'SageMaker.DescribeUserProfile': {
      UserProfileArn: `arn:aws:sagemaker:${region}:${account}:user-profile/d-bench/person`,
      Status: 'InService',
      UserSettings: { ExecutionRole: `arn:aws:iam::${account}:role/${executionRoleName(stack, executionRole)}` },
    },
    'SageMaker.ListTags': { Tags: tags.map(([Key, Value]) => ({ Key, Value })) },
    'SageMaker.CreatePresignedDomainUrl': { AuthorizedUrl: studioUrl },
  }
}
