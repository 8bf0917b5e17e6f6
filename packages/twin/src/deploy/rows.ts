/** Every resource type that the twin makes. A type that is not here is refused by name. */
import { apiGateway } from './resources/api-gateway.ts'
import { dynamodb } from './resources/dynamodb.ts'
import { ec2Hosts } from './resources/ec2-hosts.ts'
import { ec2Network } from './resources/ec2-network.ts'
import { endpoints } from './resources/endpoints.ts'
import { harmless } from './resources/harmless.ts'
import { iam } from './resources/iam.ts'
import { kms } from './resources/kms.ts'
import { lambda } from './resources/lambda.ts'
import { sagemaker } from './resources/sagemaker.ts'
import type { Row } from './site.ts'

export const rows: ReadonlyMap<string, Row> = new Map(
  [ec2Network, ec2Hosts, endpoints, iam, lambda, apiGateway, dynamodb, kms, sagemaker, harmless].flatMap((table) =>
    Object.entries(table),
  ),
)
