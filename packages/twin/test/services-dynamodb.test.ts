import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { DescribeTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { startDynamodb } from '../src/services/dynamodb/index.ts'
import type { Credential } from '../src/world.ts'
import {
  account,
  type Inhabited,
  inhabitedWorld,
  region,
  replaceEndpointPolicy,
  sdk,
  serve,
} from './inhabited-world.ts'

async function client(context: TestContext, inhabited: Inhabited, as: Credential): Promise<DynamoDBClient> {
  const { service, close } = await startDynamodb(inhabited.world)
  context.after(close)
  const endpoint = await serve(context, service, inhabited.from('gate', 'dynamodb'))
  const dynamodb = new DynamoDBClient({ endpoint, region, credentials: sdk(as), maxAttempts: 1 })
  context.after(() => dynamodb.destroy())
  return dynamodb
}

const claim = new PutItemCommand({
  TableName: 'replay',
  Item: { pk: { S: 'one' }, expiresAt: { N: '100' } },
  ConditionExpression: 'attribute_not_exists(pk) OR expiresAt < :now',
  ExpressionAttributeValues: { ':now': { N: '50' } },
})

test('dynamodb: a conditional write succeeds once', { timeout: 10_000 }, async (context) => {
  const inhabited = inhabitedWorld()
  const dynamodb = await client(context, inhabited, inhabited.who.gate)
  await dynamodb.send(claim)
  await assert.rejects(dynamodb.send(claim), { name: 'ConditionalCheckFailedException' })
  assert.deepEqual(
    inhabited.world.journal.map(({ what, outcome }) => `${what} ${outcome}`),
    ['PutItem table/replay allowed', 'PutItem table/replay refused'],
  )
})

test('dynamodb: describes the table by the template’s ARN', { timeout: 10_000 }, async (context) => {
  const inhabited = inhabitedWorld()
  const dynamodb = await client(context, inhabited, inhabited.who.administrator)
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: 'replay' }))
  assert.equal(Table?.TableArn, `arn:aws:dynamodb:${region}:${account}:table/replay`)
})

test('dynamodb: refuses by identity policy and validation', { timeout: 10_000 }, async (context) => {
  const inhabited = inhabitedWorld()
  const dynamodb = await client(context, inhabited, inhabited.who.gate)
  await assert.rejects(dynamodb.send(new GetItemCommand({ TableName: 'replay', Key: { pk: { S: 'one' } } })), {
    name: 'AccessDeniedException',
    message: `User: arn:aws:sts::${account}:assumed-role/gate/gate-session is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:${region}:${account}:table/replay because no identity-based policy allows the dynamodb:GetItem action`,
  })
  await assert.rejects(dynamodb.send(new PutItemCommand({ TableName: 'replay', Item: { other: { S: 'x' } } })), {
    name: 'ValidationException',
  })
})

test('dynamodb: refuses by endpoint policy', { timeout: 10_000 }, async (context) => {
  const inhabited = inhabitedWorld()
  replaceEndpointPolicy(inhabited.world, 'vpce-dynamodb', {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: '*', Action: 'dynamodb:GetItem', Resource: '*' },
  })
  const dynamodb = await client(context, inhabited, inhabited.who.gate)
  await assert.rejects(dynamodb.send(claim), /because no VPC endpoint policy allows the dynamodb:PutItem action$/)
  assert.equal(inhabited.world.journal.at(-1)?.layer, 'endpoint policy')
})
