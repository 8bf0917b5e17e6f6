/** What AWS brings along: which services differ in how their policies count, and the SCP it attaches by itself. */
import type { PolicyJson } from './vocabulary.ts'

/** Services whose resources RCPs apply to (3.3; Organizations guide, "List of AWS services that support RCPs"). SageMaker, API Gateway and Lambda are not among them. */
const underRcps: ReadonlySet<string> = new Set(
  `appstream dsql clouddirectory cloudfront cloudsearch logs networkmonitor cognito-identity cognito-idp comprehend
  comprehendmedical firehose dynamodb dax autoscaling ecr ecr-public gamelift inspector-scan kendra kinesisvideo memorydb aoss
  personalize polly s3 swf sqs textract timestream-influxdb transcribe translate workspaces appconfig autoscaling-plans budgets
  servicediscovery cloudtrail-data codeartifact codebuild codecommit codepipeline compute-optimizer cost-optimization-hub events
  fms fis health rolesanywhere kms opensearch pricing pca-connector-ad resource-groups secretsmanager sts signin support transfer
  notifications wafv2 xray`.split(/\s+/),
)

/** Actions that the trust policy of a role decides on. */
const trustActions: ReadonlySet<string> = new Set([
  'sts:assumerole',
  'sts:assumerolewithsaml',
  'sts:assumerolewithwebidentity',
  'sts:setsourceidentity',
  'sts:tagsession',
])

/** Whether RCPs are asked about this action (lower case). `kms:RetireGrant` is the one exception that AWS names. */
export const rcpsApply = (action: string): boolean =>
  underRcps.has(action.slice(0, action.indexOf(':'))) && action !== 'kms:retiregrant'

/** Whether the resource policy must allow even within the account: role trust policies and KMS key policies (3.5). Action in lower case. */
export const resourcePolicyMustAllow = (action: string): boolean =>
  trustActions.has(action) || action.startsWith('kms:')

/**
 * FullAWSAccess, the SCP that AWS attaches to every root, unit and account until somebody detaches it. A level of `scps` that
 * holds denying SCPs only allows nothing: whoever models an organization lists this one, too.
 */
export const fullAwsAccess: PolicyJson = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'FullAWSAccess', Effect: 'Allow', Action: '*', Resource: '*' }],
}
