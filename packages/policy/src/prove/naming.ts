/** Ids and ARNs that a deployment gives: what they are made of, by the type of the resource. */

/** Ids made by AWS: the prefix, and the logical id in place of what only AWS knows. */
export const idPrefixes: Readonly<Record<string, string>> = {
  'AWS::EC2::VPCEndpoint': 'vpce-',
  'AWS::EC2::VPC': 'vpc-',
  'AWS::EC2::Subnet': 'subnet-',
  'AWS::EC2::SecurityGroup': 'sg-',
  'AWS::SageMaker::Domain': 'd-',
  'AWS::KMS::Key': '',
}

/** The property with the name, where the name is the id; without it CloudFormation makes one of the stack's name and the logical id. */
export const nameProperties: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::User': 'UserName',
  'AWS::IAM::Group': 'GroupName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Logs::LogGroup': 'LogGroupName',
}

/** Attributes that are what a property says, where a template says it. */
export const sameAsProperty: Readonly<Record<string, readonly string[]>> = {
  'AWS::EC2::VPC': ['CidrBlock'],
  'AWS::EC2::Subnet': ['CidrBlock', 'VpcId'],
}

/** What an ARN is made of. `path` is IAM's, with its slashes; `id` is empty where the name is the id. */
export interface Naming {
  readonly account: string
  readonly region: string
  readonly partition: string
  readonly name: string
  readonly path: string
  readonly id: string
}

const iam =
  (kind: string) =>
  ({ partition, account, path, name }: Naming): string =>
    `arn:${partition}:iam::${account}:${kind}${path}${name}`

const regional =
  (service: string, resource: (naming: Naming) => string) =>
  (naming: Naming): string =>
    `arn:${naming.partition}:${service}:${naming.region}:${naming.account}:${resource(naming)}`

export const arnForms: Readonly<Record<string, (naming: Naming) => string>> = {
  'AWS::IAM::Role': iam('role'),
  'AWS::IAM::User': iam('user'),
  'AWS::IAM::Group': iam('group'),
  'AWS::IAM::ManagedPolicy': iam('policy'),
  'AWS::Lambda::Function': regional('lambda', ({ name }) => `function:${name}`),
  'AWS::DynamoDB::Table': regional('dynamodb', ({ name }) => `table/${name}`),
  'AWS::KMS::Key': regional('kms', ({ id }) => `key/${id}`),
  'AWS::SageMaker::Domain': regional('sagemaker', ({ id }) => `domain/${id}`),
  'AWS::Logs::LogGroup': regional('logs', ({ name }) => `log-group:${name}:*`),
}
