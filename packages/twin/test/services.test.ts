import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDirectory } from '../src/idp/directory.ts'
import { startEngine } from '../src/services/dynamodb/engine.ts'
import { startServices } from '../src/services/index.ts'
import { inhabitedWorld, region } from './inhabited-world.ts'

test('services: at most one owns a host name', { timeout: 10_000 }, async () => {
  const { world } = inhabitedWorld()
  const { services, close } = await startServices(world, createDirectory({ region, users: [] }))
  const names = services.flatMap(({ hostnames }) => hostnames)
  assert.deepEqual(names, [...new Set(names)])
  for (const name of ['sts', 'sagemaker', 'dynamodb', 'execute-api', 'studio', 'portal', 'iam', 'console']) {
    assert.ok(
      services.some((service) => service.name === name),
      name,
    )
  }
  await close()
})

test('services: closing ends the tables', { timeout: 10_000 }, async () => {
  const engine = await startEngine(inhabitedWorld().world.tables.values())
  assert.equal((await engine.send('DescribeTable', { TableName: 'replay' })).status, 200)
  await engine.close()
  await assert.rejects(engine.send('DescribeTable', { TableName: 'replay' }), { code: 'ECONNREFUSED' })
})
