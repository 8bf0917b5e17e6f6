/** `docs/permissions.md`: what the gate may do and what it is told, from its manifest. */
import { environment, keyEnvironment, permissions, runtimeEnvironment } from '@studio-gate/gateway/manifest'
import { code, generated, table } from './markdown.ts'

const principals: Readonly<Record<(typeof permissions)[number]['principal'], string>> = {
  function: "the gate's function",
  minting: 'minting roles, as a session in the name of the person',
}

const resources: Readonly<Record<(typeof permissions)[number]['resource'], string>> = {
  minting: 'the minting roles',
  execution: 'the execution roles',
  userProfiles: 'user profiles of the declared domains',
  replayTable: 'the replay table',
  pendingRequests: 'records of sign-in requests in the replay table, only with `signInRequests`',
  decryptionKey: 'the decryption key in AWS KMS, only with `encryptedAssertions`',
  signingKey: 'the signing key in AWS KMS, only with `signedRequests`',
}

export function permissionsPage(): string {
  const granted = permissions.flatMap(({ principal, actions, resource }) =>
    actions.map((action) => [code(action), principals[principal], resources[resource]]),
  )
  const variables = Object.entries({ ...environment, ...runtimeEnvironment, ...keyEnvironment }).map(
    ([name, { about, example }]) => [code(name), about, code(example)],
  )
  return `${generated}

# What the gate may do

The function's role and the minting roles are granted these actions and no others; each statement also carries the network conditions that
[decision 0002](decisions/0002-one-minting-role-per-domain-and-networks.md) gives it.

${table(['action', 'who', 'on'], granted)}

# What the gate is told

Environment variables hold what only the deployment knows. All else travels in the declaration, as \`intent.json\` in the function's asset.

${table(['variable', 'holds', 'such as'], variables)}
`
}
