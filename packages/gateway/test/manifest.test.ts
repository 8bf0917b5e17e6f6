import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { derive, type Intent, type Places } from '@studio-gate/policy'
import { bundle, environment as manifested, permissions, runtimeEnvironment } from '../src/manifest.ts'
import { environment, intent } from './gate.ts'

test('the manifest names exactly the variables the gate reads', () => {
  assert.deepEqual(Object.keys({ ...manifested, ...runtimeEnvironment }).sort(), Object.keys(environment).sort())
})

test('the bundle’s entry exists', () => {
  assert.ok(existsSync(new URL(bundle.entry, new URL('../src/manifest.ts', import.meta.url))))
})

const places: Places = {
  partition: 'aws',
  region: 'eu-west-1',
  accountId: '123456789012',
  stackName: 'StudioGate',
  vpcId: 'vpc-0',
  endpoints: { sagemakerApi: 'vpce-1', studio: 'vpce-2', executeApi: 'vpce-3' },
  gateSubnetCidrs: ['10.100.20.0/24'],
  studioSubnetCidrs: ['10.100.30.0/24'],
  domainIds: { research: 'd-research' },
  functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:StudioGate-gate',
  functionRoleArn: 'arn:aws:iam::123456789012:role/StudioGate-gate',
  replayTableArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/replay',
  stage: 'gate',
}

const withKeys: Places = {
  ...places,
  endpoints: { ...places.endpoints, kms: 'vpce-4' },
  keys: {
    decryption: 'arn:aws:kms:eu-west-1:123456789012:key/decryption',
    signing: 'arn:aws:kms:eu-west-1:123456789012:key/signing',
  },
}

test('the derived policy of the function grants the actions the manifest asks for, and no others', () => {
  const signInRequests = { binding: 'redirect', location: 'https://idp.example/sso' } as const
  const asking = { ...intent, identityProviders: intent.identityProviders.map((one) => ({ ...one, signInRequests })) }
  const ofFunction = permissions.filter(({ principal }) => principal === 'function')
  const [first] = asking.identityProviders
  assert.ok(first)
  const keyed: Intent = {
    ...asking,
    identityProviders: [{ ...first, encryptedAssertions: 'aes-gcm', signedRequests: 'rsa-sha256' }],
  }
  const sometimes: readonly string[] = ['pendingRequests', 'decryptionKey', 'signingKey']
  const always = ofFunction.filter(({ resource }) => !sometimes.includes(resource))
  for (const [declared, asked] of [
    [intent, always],
    [asking, [...always, ...ofFunction.filter(({ resource }) => resource === 'pendingRequests')]],
    [keyed, ofFunction],
  ] as const) {
    const statements = [derive(declared, withKeys).functionPolicy.Statement].flat()
    const granted = statements.flatMap(({ Action }) => [Action ?? []].flat()).sort()
    assert.deepEqual(granted, asked.flatMap(({ actions }) => actions as readonly string[]).toSorted())
  }
})

test('the derived minting roles grant what the manifest asks for', () => {
  const asked = permissions.filter(({ principal }) => principal === 'minting').flatMap(({ actions }) => actions)
  for (const { policy } of derive(intent, places).minting) {
    for (const statement of [policy.Statement].flat()) {
      for (const action of asked) assert.ok([statement.Action ?? []].flat().includes(action))
    }
  }
})
