/**
 * Where the facts that scenarios rest on are stated: row of the project's list of AWS facts -> what it says in a few words,
 * and where anyone can read it. Sources are AWS's documentation pages and botocore's service models, which AWS generates
 * its SDKs from; `url` is absent where no public page states the fact, and then `source` says what it rests on.
 */
export interface Fact {
  readonly title: string
  readonly source: string
  readonly url?: string
}

const docs = (page: string) => `https://docs.aws.amazon.com/${page}.html`
const sagemakerApi = (name: string) => docs(`sagemaker/latest/APIReference/${name}`)
const studioEndpoint = {
  source: 'SageMaker developer guide, Connect to Studio through an interface VPC endpoint',
  url: docs('sagemaker/latest/dg/studio-interface-endpoint'),
} as const
const presigned = {
  source: 'botocore, sagemaker, CreatePresignedDomainUrl (API reference)',
  url: sagemakerApi('API_CreatePresignedDomainUrl'),
} as const
const conditionKeys = {
  source: 'IAM user guide, AWS global condition context keys',
  url: docs('IAM/latest/UserGuide/reference_policies_condition-keys'),
} as const
const evaluation = {
  source: 'IAM user guide, How AWS enforcement code logic evaluates requests',
  url: docs('IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow'),
} as const
const privateApis = (page: string, title: string) => ({
  source: `API Gateway developer guide, ${title}`,
  url: docs(`apigateway/latest/developerguide/${page}`),
})
const unknown = { source: 'no public source: a switch of the twin' } as const

export const facts = {
  '1.2': { title: 'What CreatePresignedDomainUrl requires', ...presigned },
  '1.3': { title: 'How long a presigned URL and the session behind it may last', ...presigned },
  '1.6': { title: 'A landing path with a leading slash leaves the domain', source: 'measured by third parties' },
  '1.7': { title: 'A space has a host name of its own', source: 'seen in public code' },
  '1.8': { title: 'The host names of Studio', ...studioEndpoint },
  '1.10': {
    title: 'The authorized resource of the mint call is the user profile',
    source: 'Service authorization reference, Amazon SageMaker',
    url: docs('service-authorization/latest/reference/list_amazonsagemaker'),
  },
  '1.13': { title: 'IAM is enforced on every HTTP request and WebSocket frame', ...presigned },
  '1.14': { title: 'The API and the URL it returns can be restricted to networks', ...presigned },
  '1.15': { title: 'The four documented network conditions for Studio', ...studioEndpoint },
  '1.16': { title: 'Two endpoints take part: the API and Studio', ...studioEndpoint },
  '1.17': { title: 'One condition block cannot tell minting from using', source: 'follows from rows 1.13 and 1.16' },
  '1.18': { title: 'An interface endpoint alone keeps nobody on the internet out', ...studioEndpoint },
  '1.19': { title: 'Network conditions hold in IAM mode only', ...studioEndpoint },
  '1.20': { title: 'aws:SourceIp is absent through an endpoint', ...conditionKeys },
  '1.21': {
    title: 'Whether policies are read live at use',
    source: 'observed for notebook instances in awslabs/service-workbench-on-aws#608',
    url: 'https://github.com/awslabs/service-workbench-on-aws/pull/608',
  },
  '1.24': { title: 'After its time a presigned URL leads to the sign-in page', ...presigned },
  '1.25': { title: 'Whether a presigned URL opens more than once', ...unknown },
  '1.26': { title: 'Which policy types count at use', ...unknown },
  '1.27': {
    title: 'Other doors to the same data: notebooks, MLflow, partner apps, remote IDEs',
    source: 'SageMaker developer guide, Connect a local IDE to a space',
    url: docs('sagemaker/latest/dg/remote-access'),
  },
  '1.29': {
    title: 'The Studio UI calls AWS with the execution role of the profile',
    source: 'SageMaker developer guide, Connect Studio in a VPC to external resources',
    url: docs('sagemaker/latest/dg/studio-updated-and-internet-access'),
  },
  '1.30': {
    title: 'AmazonSageMakerFullAccess allows minting for everyone, from everywhere',
    source: 'AWS managed policy reference',
    url: docs('aws-managed-policy/latest/reference/AmazonSageMakerFullAccess'),
  },
  '1.31': {
    title: 'The guardrail belongs into an SCP',
    source: 'aws-samples/users-and-team-management-with-amazon-sagemaker-and-aws-sso',
    url: 'https://github.com/aws-samples/users-and-team-management-with-amazon-sagemaker-and-aws-sso',
  },
  '1.36': {
    title: 'Execution roles mint for their own profile, or Studio cannot open spaces',
    source: 'SageMaker developer guide, Migrate the UI from Studio Classic to Studio',
    url: docs('sagemaker/latest/dg/studio-updated-migrate-ui'),
  },
  '2.1': { title: 'Which network keys a request carries', ...conditionKeys },
  '2.2': { title: 'aws:SourceVpc is the VPC of the endpoint', ...conditionKeys },
  '2.3': { title: 'aws:VpcSourceIp needs the endpoint or VPC beside it', ...conditionKeys },
  '2.4': { title: 'aws:VpcSourceIp behind a proxy is the proxy', source: 'seen in AWS samples' },
  '3.1': { title: 'The order in which policies are evaluated', ...evaluation },
  '3.2': {
    title: 'An SCP applies to every principal of a member account',
    source: 'Organizations user guide, Service control policies',
    url: docs('organizations/latest/userguide/orgs_manage_policies_scps'),
  },
  '3.5': { title: 'Within an account one Allow suffices', ...evaluation },
  '3.7': { title: 'A permissions boundary intersects', ...evaluation },
  '3.8': {
    title: 'An endpoint policy is a gate of its own',
    source: 'VPC guide, Control access to VPC endpoints using endpoint policies',
    url: docs('vpc/latest/privatelink/vpc-endpoints-access'),
  },
  '3.12': {
    title: 'A Deny with NotIpAddress denies requests without the key',
    source: 'IAM user guide, Condition operators',
    url: docs('IAM/latest/UserGuide/reference_policies_elements_condition_operators'),
  },
  '3.21': {
    title: 'Profile names are not case sensitive, ARNs are',
    source: 'botocore, sagemaker, CreateUserProfileRequest',
    url: sagemakerApi('API_CreateUserProfile'),
  },
  '4.1': {
    title: 'A private API needs a resource policy',
    ...privateApis('apigateway-private-apis', 'Private REST APIs'),
  },
  '4.2': {
    title: 'Without authorizer the resource policy must allow',
    ...privateApis('apigateway-authorization-flow', 'How resource policies affect authorization workflow'),
  },
  '4.3': {
    title: 'The endpoint policy comes first and sees a browser as anonymous',
    ...privateApis('apigateway-vpc-endpoint-policies', 'Use VPC endpoint policies for private APIs'),
  },
  '4.5': {
    title: 'Which keys a resource policy may use',
    ...privateApis('apigateway-resource-policies-aws-condition-keys', 'AWS condition keys in resource policies'),
  },
  '4.6': {
    title: 'On a private API aws:VpcSourceIp is the requester',
    ...privateApis('apigateway-resource-policies-examples', 'Resource policy examples'),
  },
  '4.7': { title: 'What sourceIp holds in an event of a private API', ...unknown },
  '4.11': {
    title: 'The host names of a private API',
    ...privateApis('apigateway-private-api-test-invoke-url', 'Invoke a private API'),
  },
  '4.16': {
    title: "Which cookies a browser sends with the identity provider's POST",
    source: 'RFC 6265bis, Same-site and cross-site requests',
    url: 'https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis',
  },
  '4.17': {
    title: 'Whether gateway responses cover resource policy denials',
    ...privateApis('supported-gateway-response-types', 'Gateway response types'),
  },
  '4.18': { title: 'What a private API answers on the internet', ...unknown },
  '5.4': {
    title: 'The endpoints of a VpcOnly domain',
    source: 'SageMaker developer guide, Connect Studio in a VPC to external resources',
    url: docs('sagemaker/latest/dg/studio-updated-and-internet-access'),
  },
  '5.7': { title: 'What the Studio endpoint policy has to allow', ...studioEndpoint },
  '5.8': { title: 'The Studio endpoint policy stops foreign Studios', ...studioEndpoint },
  '5.13': {
    title: 'The form of profile names',
    source: 'botocore, sagemaker, UserProfileName',
    url: sagemakerApi('API_CreateUserProfile'),
  },
  '5.17': {
    title: 'A user profile is made asynchronously',
    source: 'botocore, sagemaker, UserProfileStatus',
    url: sagemakerApi('API_DescribeUserProfile'),
  },
  '6.9': { title: 'What a response of IAM Identity Center looks like', source: 'observed documents' },
  '6.11': {
    title: 'How IAM Identity Center takes requests, and where its tiles begin',
    source: 'IAM Identity Center user guide, Application properties',
    url: docs('singlesignon/latest/userguide/appproperties'),
  },
  '8.1': {
    title: 'Session name, source identity and session policy of AssumeRole',
    source: 'botocore, sts, AssumeRoleRequest',
    url: docs('STS/latest/APIReference/API_AssumeRole'),
  },
  '8.4': { title: 'Whether Studio ends with the credentials that minted it', ...unknown },
  '8.7': { title: 'Whether a session policy binds the use', ...unknown },
  'SAML Core 5.4': {
    title: 'What a SAML signature covers',
    source: 'OASIS SAML 2.0 Core, section 5.4',
    url: 'https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf',
  },
  'SAML Profiles 4.1.4': {
    title: 'How a service provider processes a response, replays included',
    source: 'OASIS SAML 2.0 Profiles, section 4.1.4',
    url: 'https://docs.oasis-open.org/security/saml/v2.0/saml-profiles-2.0-os.pdf',
  },
  'UNKNOWN 3': { title: 'Whether an open WebSocket is cut when a policy changes', ...unknown },
  'UNKNOWN 5': { title: 'Whose policies the host of a space checks', ...unknown },
} as const satisfies Readonly<Record<string, Fact>>

/** The fact of a row; of a row that is not in the table (a test fails on it) only its number is shown. */
export function factOf(row: string): Fact {
  const table: Readonly<Record<string, Fact>> = facts
  return (Object.hasOwn(table, row) ? table[row] : undefined) ?? { title: `row ${row}`, source: 'list of AWS facts' }
}
