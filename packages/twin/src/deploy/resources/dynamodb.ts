/** Tables: described here, made by the DynamoDB service. */
import type { Table } from '../../world.ts'
import { DeployError } from '../error.ts'
import { flag, optionalText, record, records, text } from '../properties.ts'
import { generatedName, type Order, type Rows, type Site } from '../site.ts'

const ignores = [
  'BillingMode',
  'ContributorInsightsSpecification',
  'DeletionProtectionEnabled',
  'OnDemandThroughput',
  'PointInTimeRecoverySpecification',
  'ProvisionedThroughput',
  'Replicas',
  'SSESpecification',
  'TableClass',
  'Tags',
]
const models = ['TableName', 'KeySchema', 'AttributeDefinitions', 'TimeToLiveSpecification']

export const dynamodb: Rows = {
  'AWS::DynamoDB::Table': { models, ignores, create },
  'AWS::DynamoDB::GlobalTable': { models, ignores, create },
}

function create(order: Order, { world, ...site }: Site) {
  const name = optionalText(order, 'TableName') ?? generatedName({ world, ...site }, order.logicalId, 255)
  const arn = `arn:${world.partition}:dynamodb:${world.region}:${world.accountId}:table/${name}`
  const types = records(order, 'AttributeDefinitions').map(
    (one) => [text(one, 'AttributeName'), attributeType(text(one, 'AttributeType'), order)] as const,
  )
  const ttl = record(order, 'TimeToLiveSpecification')
  const ttlAttribute = ttl && flag(ttl, 'Enabled', true) ? optionalText(ttl, 'AttributeName') : undefined
  const table: Table = {
    name,
    arn,
    keySchema: records(order, 'KeySchema').map((key) => ({
      attributeName: text(key, 'AttributeName'),
      keyType: text(key, 'KeyType') === 'RANGE' ? 'RANGE' : 'HASH',
    })),
    attributeTypes: Object.fromEntries(types),
    ...(ttlAttribute === undefined ? {} : { ttlAttribute }),
  }
  world.tables.set(name, table)
  return { ref: name, attributes: { Arn: arn } }
}

function attributeType(type: string, order: Order): 'S' | 'N' | 'B' {
  if (type === 'S' || type === 'N' || type === 'B') return type
  throw new DeployError(`${order.path}.AttributeDefinitions`, `\`${type}\` is not S, N or B`)
}
