/** What the services do not model, said by name where the twin says what it leaves out of a template. */
export const serviceGaps: readonly string[] = [
  'Signature Version 4 in query strings',
  'sts: PolicyArns of AssumeRole; AssumeRoleWithSAML and AssumeRoleWithWebIdentity; packed size of session policies',
  'sagemaker: pages of lists; shared spaces; what apps and jobs run; throttling',
  'dynamodb: batches, transactions, streams; deletion by time to live',
  'execute-api: authorizers, path parameters, mapping templates, caching, throttling, custom domain names',
  'kms: aliases, grants, symmetric, elliptic and imported keys, all operations but Decrypt, GetPublicKey and Sign',
  'iam: everything but inline policies of roles',
  'identity provider: single logout',
  'aws:MultiFactorAuthPresent of people; aws:PrincipalOrgID and organization paths',
]
