import type { Service, World } from '../../world.ts'
import { awsService } from '../aws-service.ts'
import { defineOperation, failure, type Operation } from '../operation.ts'
import { jsonProtocol } from '../protocol.ts'
import { type Engine, startEngine } from './engine.ts'

/** Operation and the member that holds the item's key, for `dynamodb:LeadingKeys`. */
const itemOperations = [
  ['GetItem', 'Key'],
  ['PutItem', 'Item'],
  ['UpdateItem', 'Key'],
  ['DeleteItem', 'Key'],
  ['Query', undefined],
  ['Scan', undefined],
  ['DescribeTable', undefined],
] as const

/** DynamoDB, JSON 1.0: signatures and IAM by the twin, conditions and expressions by dynalite. Time to live deletes nothing. */
export async function startDynamodb(world: World): Promise<{ readonly service: Service; close(): Promise<void> }> {
  const engine = await startEngine(world.tables.values())
  const service = awsService(world, {
    name: 'dynamodb',
    hostnames: [`dynamodb.${world.region}.amazonaws.com`],
    endpointService: `com.amazonaws.${world.region}.dynamodb`,
    scope: { service: 'dynamodb', regions: [world.region] },
    protocol: jsonProtocol('1.0', 'DynamoDB_20120810'),
    operations: [...itemOperations.map(([name, member]) => operation(engine, name, member)), listTables(engine)],
  })
  return { service, close: engine.close }
}

function operation(engine: Engine, name: string, member: 'Key' | 'Item' | undefined): Operation {
  return defineOperation({
    name,
    shape: { TableName: { type: 'string', required: true, min: 1, max: 255 } },
    async run(input, call) {
      const { world } = call
      const table = world.tables.get(input.TableName)
      const arn =
        table?.arn ?? `arn:${world.partition}:dynamodb:${world.region}:${world.accountId}:table/${input.TableName}`
      const hashKey = table?.keySchema.find(({ keyType }) => keyType === 'HASH')?.attributeName
      const item = member === undefined ? undefined : (input as Readonly<Record<string, unknown>>)[member]
      const leading = hashKey === undefined ? undefined : attributeText(item, hashKey)
      const denied = call.authorize({
        action: `dynamodb:${name}`,
        resource: arn,
        ...(leading !== undefined && { context: { 'dynamodb:LeadingKeys': [leading] } }),
      })
      if (denied) return { error: denied }
      const { status, output } = await engine.send(name, input)
      if (status !== 200) return engineFailure(output)
      const described = output.Table as object | undefined
      return { output: described && name === 'DescribeTable' ? { Table: { ...described, TableArn: arn } } : output }
    },
  })
}

function listTables(engine: Engine): Operation {
  return defineOperation({
    name: 'ListTables',
    shape: {},
    async run(input, call) {
      const { partition, region, accountId } = call.world
      const denied = call.authorize({
        action: 'dynamodb:ListTables',
        resource: `arn:${partition}:dynamodb:${region}:${accountId}:table/*`,
      })
      if (denied) return { error: denied }
      const { status, output } = await engine.send('ListTables', input)
      return status === 200 ? { output } : engineFailure(output)
    },
  })
}

/** A text or number attribute as text. */
function attributeText(item: unknown, name: string): string | undefined {
  const attribute = (item as Readonly<Record<string, { S?: string; N?: string } | undefined>> | undefined)?.[name]
  return attribute?.S ?? attribute?.N
}

function engineFailure(output: Readonly<Record<string, unknown>>) {
  const type = String(output.__type ?? 'InternalServerError')
  return failure(type.slice(type.indexOf('#') + 1), String(output.message ?? output.Message ?? ''))
}
