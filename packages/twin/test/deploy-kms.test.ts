/** Keys of a template: their ids, their policies, and those that the twin does not have. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { deploy } from '../src/deploy/deploy.ts'
import { readTemplate } from '../src/deploy/read-template.ts'
import { emptyWorld } from './small-world.ts'

async function deployKey(Properties: object) {
  const folder = mkdtempSync(join(tmpdir(), 'studio-gate-test-'))
  try {
    const templatePath = join(folder, 'keys.template.json')
    writeFileSync(templatePath, JSON.stringify({ Resources: { Key: { Type: 'AWS::KMS::Key', Properties } } }))
    const world = emptyWorld()
    const template = readTemplate(templatePath)
    const named = { stackName: 'keys', urlSuffix: 'amazonaws.com', seed: 'one' }
    const { made, gaps } = await deploy({ template, templatePath, world, ...named })
    const [key] = world.keys.values()
    return { key, made: made.get('Key'), gaps }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const rsa = { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY', Description: 'a key' }

test('kms: a key has an id like AWS’s, a policy, and one pair', { timeout: 10_000 }, async () => {
  const { key, made, gaps } = await deployKey(rsa)
  assert.match(key?.id ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  assert.deepEqual(made, { ref: key?.id, attributes: { Arn: key?.arn, KeyId: key?.id } })
  assert.equal(key?.arn, `arn:aws:kms:eu-central-1:111122223333:key/${key?.id}`)
  assert.match(JSON.stringify(key?.policy.document), /:root"},"Action":"kms:\*"/)
  assert.equal(key?.pair().publicKey.asymmetricKeyDetails?.modulusLength, 2048)
  assert.equal(key?.pair().publicKey, key?.pair().publicKey)
  assert.deepEqual(gaps, [])
})

for (const [what, properties, error] of [
  ['a symmetric key', {}, /Key\.Properties\.KeySpec: `SYMMETRIC_DEFAULT` is not modelled/],
  ['an elliptic key', { ...rsa, KeySpec: 'ECC_NIST_P256' }, /`ECC_NIST_P256` is not modelled/],
  ['another use', { ...rsa, KeyUsage: 'KEY_AGREEMENT' }, /KeyUsage: `KEY_AGREEMENT` is not modelled/],
  ['a policy with a typo', { ...rsa, KeyPolicy: { Statement: [{ Efect: 'Allow' }] } }, /Efect/],
] as const)
  test(`kms: not deployed: ${what}`, { timeout: 10_000 }, () => assert.rejects(deployKey(properties), error))
