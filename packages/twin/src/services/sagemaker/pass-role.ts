import type { AwsError, Call } from '../operation.ts'

/** `iam:PassRole` to SageMaker. The service asks by itself, so an endpoint's policy has no say. */
export function passRole(call: Call, roleArn: string): AwsError | undefined {
  return call.authorize({
    action: 'iam:PassRole',
    resource: roleArn,
    context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    beyondEndpoint: true,
  })
}
