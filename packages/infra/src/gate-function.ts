import { bundle, type EnvironmentName, type KeyEnvironmentName } from '@studio-gate/gateway/manifest'
import { functionName, functionRoleName, type Intent, type PolicyJson, type Walls } from '@studio-gate/policy'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as lambda from 'aws-cdk-lib/aws-lambda'
import * as logs from 'aws-cdk-lib/aws-logs'
import { Asset } from 'aws-cdk-lib/aws-s3-assets'
import { CfnDeletionPolicy, Stack } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import type { GateNetwork } from './network.ts'
import { policyLimits, sizeOfAll, splitWithinLimit } from './policy-limits.ts'
import { fewerEntries } from './remedies.ts'

/** Values of the gateway's settings: what only a deployment knows. Everything else is in `intent.json` of the asset. */
export type GateEnvironment = Readonly<Record<EnvironmentName, string> & Partial<Record<KeyEnvironmentName, string>>>

/** Days that the audit events of sign-ins are kept. */
export const auditRetentionDays = 365

const networkInterfaceActions = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
]

/** The role exists before the walls that name it; `GateFunction` gives it its policies. */
export class GateFunctionRole extends Construct {
  readonly arn: string
  readonly name: string
  /** By its derived name, so that trust policies can name the function before it exists. */
  readonly functionArn: string

  constructor(scope: Construct, id: string) {
    super(scope, id)
    const stack = Stack.of(this)
    const role = new iam.CfnRole(this, 'Role', {
      roleName: functionRoleName(stack.stackName),
      description: 'Role of the Studio Gate function; cannot mint by itself',
      assumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
    })
    this.arn = role.attrArn
    this.name = role.ref
    this.functionArn = `arn:${stack.partition}:lambda:${stack.region}:${stack.account}:function:${functionName(stack.stackName)}`
  }
}

export class GateFunction extends Construct {
  readonly resource: lambda.CfnFunction

  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly intent: Intent
      readonly role: GateFunctionRole
      readonly network: GateNetwork
      readonly walls: Walls
      /** Folder with `index.mjs` and `intent.json`. */
      readonly codeFolder: string
      readonly environment: GateEnvironment
    },
  ) {
    super(scope, id)
    const { role, network } = props
    const stack = Stack.of(this)
    const logGroup = new logs.CfnLogGroup(this, 'Log', { retentionInDays: auditRetentionDays })
    // The audit trail outlives the stack, but not a deployment that never stood.
    logGroup.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE
    logGroup.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN

    const runtimePolicy = this.runtimePolicy(role.functionArn, logGroup.attrArn)
    // Policies of their own: they name endpoints, whose policies name this role.
    const policies = [
      ...this.gatePolicies(props, runtimePolicy),
      new iam.CfnPolicy(this, 'RuntimePolicy', {
        policyName: 'runtime',
        policyDocument: runtimePolicy,
        roles: [role.name],
      }),
    ]

    const securityGroup = new ec2.CfnSecurityGroup(this, 'SecurityGroup', {
      vpcId: network.vpcId,
      groupDescription: 'The gate: HTTPS out, which its subnets route to VPC endpoints only; nothing in',
      securityGroupEgress: [{ cidrIp: '0.0.0.0/0', ipProtocol: 'tcp', fromPort: 443, toPort: 443 }],
    })
    const code = new Asset(this, 'Code', { path: props.codeFolder })
    this.resource = new lambda.CfnFunction(this, 'Resource', {
      functionName: functionName(stack.stackName),
      description: 'Studio Gate: SAML assertion consumer service',
      runtime: 'nodejs24.x',
      // Offered in every Region, which the cheaper architecture is not.
      architectures: ['x86_64'],
      handler: bundle.handler,
      code: { s3Bucket: code.s3BucketName, s3Key: code.s3ObjectKey },
      role: role.arn,
      // Processor share grows with memory, and signature checks are what it does.
      memorySize: 1024,
      // Below the 29 s after which API Gateway gives up (row 4.10).
      timeout: 25,
      vpcConfig: {
        subnetIds: network.subnets.gate.map((subnet) => subnet.id),
        securityGroupIds: [securityGroup.attrGroupId],
      },
      environment: { variables: { ...props.environment } },
      loggingConfig: { logGroup: logGroup.ref },
    })
    // Attaching to the VPC needs the network interface permissions at creation.
    for (const policy of policies) this.resource.addResourceDependency(policy)
  }

  /** Inline as long as there is room, else managed: they grow with the domains and roles of the declaration. */
  private gatePolicies(
    { intent, role, walls }: { readonly intent: Intent; readonly role: GateFunctionRole; readonly walls: Walls },
    runtimePolicy: PolicyJson,
  ): readonly (iam.CfnPolicy | iam.CfnManagedPolicy)[] {
    const roles = [role.name]
    if (sizeOfAll(this, [walls.functionPolicy, runtimePolicy]) <= policyLimits.inline.characters)
      return [new iam.CfnPolicy(this, 'Policy', { policyName: 'gate', policyDocument: walls.functionPolicy, roles })]
    const limit = { ...policyLimits.managed, remedy: fewerEntries(intent) }
    return splitWithinLimit(this, limit, walls.functionPolicy).map(
      (policyDocument, at) =>
        new iam.CfnManagedPolicy(this, `Policy${at + 1}`, {
          description: `Part ${at + 1} of what the Studio Gate function may do`,
          policyDocument,
          roles,
        }),
    )
  }

  /** What the Lambda service needs of the role, refused to the function's own code (row 7.5). */
  private runtimePolicy(functionArn: string, logGroupArn: string): PolicyJson {
    return {
      Version: '2012-10-17',
      Statement: [
        { Sid: 'NetworkInterfaces', Effect: 'Allow', Action: networkInterfaceActions, Resource: '*' },
        {
          Sid: 'NetworkInterfacesNotByOwnCode',
          Effect: 'Deny',
          Action: [...networkInterfaceActions, 'ec2:DetachNetworkInterface'],
          Resource: '*',
          Condition: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
        },
        {
          Sid: 'Log',
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: logGroupArn,
        },
      ],
    }
  }
}
