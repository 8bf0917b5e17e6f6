/** Replay store on DynamoDB: one conditional write, atomic across all copies of the function. */
import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { Clock, ReplayStore } from '../core/ports.ts'

/**
 * An entry counts until its own `expiresAt` has passed. The table's TTL only tidies up, up to days later, so the condition
 * compares `expiresAt` itself and never the entry's mere existence. Should the SDK repeat a write whose answer was lost, the
 * repetition says `seen`: refusing a good sign-in is the safe side of that coin.
 */
export function dynamoReplayStore(client: DynamoDBClient, table: string, clock: Pick<Clock, 'now'>): ReplayStore {
  return {
    async claim(key, expiresAt) {
      const command = new PutItemCommand({
        TableName: table,
        Item: { pk: { S: key }, expiresAt: { N: String(expiresAt) } },
        ConditionExpression: 'attribute_not_exists(pk) OR expiresAt < :now',
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(clock.now() / 1000)) } },
      })
      try {
        await client.send(command)
        return 'claimed'
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return 'seen'
        throw error
      }
    },
  }
}
