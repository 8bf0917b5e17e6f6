import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyEnvironment } from '@studio-gate/gateway/manifest'
import type { Intent } from '@studio-gate/policy'
import { firstDeployment, withKeys } from './intent.ts'
import { ofType, references, type Template, templateOf, theOnly } from './template.ts'

const time = { timeout: 30_000 }
const variablesOf = (template: Template): Readonly<Record<string, unknown>> =>
  theOnly(template, 'AWS::Lambda::Function').Properties.Environment.Variables
const kmsEndpoints = (template: Template) =>
  ofType(template, 'AWS::EC2::VPCEndpoint').filter(({ Properties }) =>
    JSON.stringify(Properties.ServiceName).includes('.kms'),
  )

test('nobody asks: no key, no endpoint, no word of KMS', time, async () => {
  const template = await templateOf({ intent: firstDeployment })
  assert.doesNotMatch(JSON.stringify(template), /kms/i)
})

test('two keys, each for its one use, and the function knows where they are', time, async () => {
  const template = await templateOf({ intent: withKeys })
  const keys = ofType(template, 'AWS::KMS::Key')
  assert.deepEqual(
    keys.map(({ id, Properties: { KeySpec, KeyUsage } }) => [id, KeySpec, KeyUsage]),
    [
      ['KeyDecryption', 'RSA_3072', 'ENCRYPT_DECRYPT'],
      ['KeySigning', 'RSA_3072', 'SIGN_VERIFY'],
    ],
  )
  for (const { Properties } of keys) assert.deepEqual(references(Properties.KeyPolicy), ['GateFunctionRole'])
  const variables = variablesOf(template)
  assert.deepEqual(variables.STUDIO_GATE_DECRYPTION_KEY, { 'Fn::GetAtt': ['KeyDecryption', 'Arn'] })
  assert.deepEqual(variables.STUDIO_GATE_SIGNING_KEY, { 'Fn::GetAtt': ['KeySigning', 'Arn'] })
  assert.deepEqual(references(variables.STUDIO_GATE_KMS_ENDPOINT), ['EndpointKms'])
  for (const name of Object.keys(keyEnvironment)) assert.ok(name in variables, name)
  assert.deepEqual(references(template.Outputs.DecryptionKeyArn), ['KeyDecryption'])
  assert.deepEqual(references(template.Outputs.SigningKeyArn), ['KeySigning'])
})

test('the endpoint to KMS is the gate’s alone: without private DNS, for its keys, for its role', time, async () => {
  const [endpoint, another] = kmsEndpoints(await templateOf({ intent: withKeys }))
  assert.ok(endpoint && another === undefined)
  assert.equal(endpoint.Properties.PrivateDnsEnabled, false)
  const policy = endpoint.Properties.PolicyDocument
  assert.deepEqual(
    policy.Statement.map(({ Action, Resource }: { Action: string; Resource: unknown }) => [
      Action,
      references(Resource),
    ]),
    [
      ['kms:Decrypt', ['KeyDecryption']],
      ['kms:Sign', ['KeySigning']],
    ],
  )
})

test('one key where one is asked for', time, async () => {
  const [provider] = withKeys.identityProviders
  assert.ok(provider)
  const { signedRequests, ...unsigned } = provider
  const intent: Intent = { ...withKeys, identityProviders: [unsigned] }
  const template = await templateOf({ intent })
  assert.deepEqual(
    ofType(template, 'AWS::KMS::Key').map(({ id }) => id),
    ['KeyDecryption'],
  )
  assert.equal('STUDIO_GATE_SIGNING_KEY' in variablesOf(template), false)
  assert.equal(kmsEndpoints(template).length, 1)
})
