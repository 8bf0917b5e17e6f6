/**
 * What the gateway needs from its deployment, as data: infra sets these variables, grants these permissions and bundles this
 * entry. Nothing of it is typed twice.
 */

/** Environment variables: deploy-time ids only, everything else travels in `intent.json` (4 KB limit). */
export const environment = {
  STUDIO_GATE_ACS_URL: {
    about: 'the assertion consumer service as the identity provider knows it; compared with Recipient and Destination',
    example: 'https://abc123-vpce-0123456789abcdef0.execute-api.eu-west-1.amazonaws.com/gate/saml',
  },
  STUDIO_GATE_REPLAY_TABLE: { about: 'name of the DynamoDB table of claimed assertions', example: 'StudioGate-replay' },
  STUDIO_GATE_STACK: { about: 'stack name, from which role names are derived', example: 'StudioGate' },
  STUDIO_GATE_ACCOUNT: { about: 'account id of roles and domains', example: '123456789012' },
  STUDIO_GATE_PARTITION: { about: 'AWS partition', example: 'aws' },
  STUDIO_GATE_DOMAIN_IDS: {
    about: 'JSON object: name of a declared domain -> its id',
    example: '{"research":"d-abc123"}',
  },
} as const satisfies Record<string, { readonly about: string; readonly example: string }>

export type EnvironmentName = keyof typeof environment

/** Set only where an identity provider has `encryptedAssertions` or `signedRequests`. */
export const keyEnvironment = {
  STUDIO_GATE_DECRYPTION_KEY: {
    about: 'ARN of the KMS key that assertions are encrypted to, only with `encryptedAssertions`',
    example: 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  },
  STUDIO_GATE_SIGNING_KEY: {
    about: 'ARN of the KMS key that signs requests, only with `signedRequests`',
    example: 'arn:aws:kms:eu-west-1:123456789012:key/0987dcba-09fe-87dc-65ba-ab0987654321',
  },
  STUDIO_GATE_KMS_ENDPOINT: {
    about: 'URL of the VPC endpoint to KMS, only with either',
    example: 'https://vpce-0123456789abcdef0-a1b2c3d4.kms.eu-west-1.vpce.amazonaws.com',
  },
} as const satisfies Record<string, { readonly about: string; readonly example: string }>

export type KeyEnvironmentName = keyof typeof keyEnvironment

/** Set by Lambda itself; a plain server must set it. */
export const runtimeEnvironment = { AWS_REGION: { about: 'Region of everything', example: 'eu-west-1' } } as const

/** Attribute names of the replay table. */
export const replayTable = { partitionKey: 'pk', timeToLive: 'expiresAt' } as const

/**
 * Actions by who calls them and on what. Resources are words of `Places` and `Walls`: `minting` and `execution` are the ARNs
 * of those walls' roles, `userProfiles` all profiles of the `domainIds`, `replayTable` is `replayTableArn`,
 * `pendingRequests` its items with keys that begin with `request#`, and only where an identity provider has `signInRequests`;
 * `decryptionKey` and `signingKey` are `keys`, and only where one has `encryptedAssertions` or `signedRequests`.
 */
export const permissions = [
  { principal: 'function', actions: ['sts:AssumeRole', 'sts:SetSourceIdentity'], resource: 'minting' },
  {
    principal: 'function',
    actions: [
      'sagemaker:DescribeUserProfile',
      'sagemaker:CreateUserProfile',
      'sagemaker:ListTags',
      // CreateUserProfile with tags asks for it.
      'sagemaker:AddTags',
    ],
    resource: 'userProfiles',
  },
  { principal: 'function', actions: ['iam:PassRole'], resource: 'execution' },
  { principal: 'function', actions: ['dynamodb:PutItem'], resource: 'replayTable' },
  { principal: 'function', actions: ['dynamodb:DeleteItem'], resource: 'pendingRequests' },
  { principal: 'function', actions: ['kms:Decrypt'], resource: 'decryptionKey' },
  { principal: 'function', actions: ['kms:Sign'], resource: 'signingKey' },
  { principal: 'minting', actions: ['sagemaker:CreatePresignedDomainUrl'], resource: 'userProfiles' },
] as const satisfies readonly {
  readonly principal: 'function' | 'minting'
  readonly actions: readonly string[]
  readonly resource:
    | 'minting'
    | 'execution'
    | 'userProfiles'
    | 'replayTable'
    | 'pendingRequests'
    | 'decryptionKey'
    | 'signingKey'
}[]

/** How the function's bundle is made. `intent.json` goes beside `file`. */
export const bundle = {
  /** Relative to this file. */
  entry: './adapters/lambda.ts',
  file: 'index.mjs',
  handler: 'index.handler',
  esbuild: {
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // The SDK's ES modules, which esbuild can shake; its CommonJS builds would double the bundle.
    mainFields: ['module', 'main'],
    // What remains CommonJS in the SDK calls `require` for Node's own modules (row 7.7).
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    legalComments: 'none',
  },
} as const
