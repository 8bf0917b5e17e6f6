/** Stores of requests that wait for their answer: on DynamoDB, in the replay table, and in memory for one process. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { Clock, RequestStore } from '../core/ports.ts'

/**
 * Taking a record is one conditional delete, atomic across all copies of the function. The wrong browser's attempt leaves the
 * record where it is. Should the SDK repeat a delete whose answer was lost, the repetition says `unknown`: the safe side.
 */
export function dynamoRequestStore(client: DynamoDBClient, table: string, clock: Pick<Clock, 'now'>): RequestStore {
  return {
    async open(key, browser, expiresAt) {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: { pk: { S: key }, browser: { S: browser }, expiresAt: { N: String(expiresAt) } },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      )
    },
    async take(key, browser) {
      const command = new DeleteItemCommand({
        TableName: table,
        Key: { pk: { S: key } },
        // An absent item has no `browser`, so the condition fails for it too.
        ConditionExpression: 'browser = :browser AND expiresAt >= :now',
        ExpressionAttributeValues: {
          ':browser': { S: browser },
          ':now': { N: String(Math.floor(clock.now() / 1000)) },
        },
      })
      try {
        await client.send(command)
        return 'taken'
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return 'unknown'
        throw error
      }
    },
  }
}

/** Holds `limit` records; the oldest makes room, which costs its owner another click and lets nobody in. */
export function memoryRequestStore(clock: Pick<Clock, 'now'>, limit = 100_000): RequestStore {
  const records = new Map<string, { readonly browser: string; readonly expiresAt: number }>()
  return {
    async open(key, browser, expiresAt) {
      const [oldest] = records.keys()
      if (oldest !== undefined && records.size >= limit) records.delete(oldest)
      records.set(key, { browser, expiresAt })
    },
    async take(key, browser) {
      const record = records.get(key)
      if (record === undefined || record.browser !== browser) return 'unknown'
      records.delete(key)
      return record.expiresAt >= Math.floor(clock.now() / 1000) ? 'taken' : 'unknown'
    },
  }
}
