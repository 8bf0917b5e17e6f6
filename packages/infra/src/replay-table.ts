import { replayTable } from '@studio-gate/gateway/manifest'
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb'
import { CfnDeletionPolicy } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'

/** Which assertions have been used, and until when (epoch seconds) that is remembered. */
export class ReplayTable extends Construct {
  readonly name: string
  readonly arn: string

  constructor(scope: Construct, id: string) {
    super(scope, id)
    const table = new dynamodb.CfnTable(this, 'Table', {
      billingMode: 'PAY_PER_REQUEST',
      attributeDefinitions: [{ attributeName: replayTable.partitionKey, attributeType: 'S' }],
      keySchema: [{ attributeName: replayTable.partitionKey, keyType: 'HASH' }],
      timeToLiveSpecification: { attributeName: replayTable.timeToLive, enabled: true },
      sseSpecification: { sseEnabled: true },
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    })
    // Entries outlive their assertions by minutes, and a new stack has a new ACS URL that no old assertion names.
    table.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE
    table.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.DELETE
    this.name = table.ref
    this.arn = table.attrArn
  }
}
