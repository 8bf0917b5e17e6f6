import { defineOperation, failure } from '../operation.ts'
import { domainId, optionalRoleArn, tagContext, tagRecord, tags, userProfileName } from './fields.ts'
import { findDomain, findProfile, inventoryOf, notFound, sagemakerArn } from './inventory.ts'
import { passRole } from './pass-role.ts'

/**
 * sagemaker:CreateUserProfile (rows 5.17, 5.18): answers at once, the profile is `Pending` for a while. An execution role
 * needs `iam:PassRole`, tags need `sagemaker:AddTags`.
 */
export const createUserProfile = defineOperation({
  name: 'CreateUserProfile',
  shape: {
    DomainId: domainId,
    UserProfileName: userProfileName,
    SingleSignOnUserIdentifier: { type: 'string' },
    SingleSignOnUserValue: { type: 'string' },
    Tags: tags,
    UserSettings: { type: 'structure', fields: { ExecutionRole: optionalRoleArn } },
  },
  run(input, call) {
    const { world } = call
    const arn = sagemakerArn(world, 'user-profile', input.DomainId, input.UserProfileName)
    const executionRole = input.UserSettings?.ExecutionRole
    const denied =
      call.authorize({ action: 'sagemaker:CreateUserProfile', resource: arn, context: tagContext(input.Tags) }) ??
      (input.Tags && input.Tags.length > 0
        ? call.authorize({
            action: 'sagemaker:AddTags',
            resource: arn,
            context: { ...tagContext(input.Tags), 'sagemaker:TaggingAction': 'CreateUserProfile' },
          })
        : undefined) ??
      (executionRole === undefined ? undefined : passRole(call, executionRole))
    if (denied) return { error: denied }
    const domain = findDomain(world, input.DomainId)
    if (!domain) return notFound('Domain', input.DomainId)
    if (input.SingleSignOnUserIdentifier !== undefined || input.SingleSignOnUserValue !== undefined) {
      return failure(
        'ValidationException',
        'SingleSignOnUser settings are not allowed when the authentication mode is IAM.',
      )
    }
    const existing = findProfile(world, input.DomainId, input.UserProfileName)
    if (existing)
      return failure('ResourceInUse', `UserProfile [${existing.name}] already exists in domain [${domain.id}].`)
    domain.profiles.set(input.UserProfileName, {
      domainId: domain.id,
      name: input.UserProfileName,
      arn,
      status: inventoryOf(world).pendingMilliseconds > 0 ? 'Pending' : 'InService',
      executionRoleArn: executionRole ?? domain.defaultExecutionRoleArn,
      createdAt: world.now(),
      tags: tagRecord(input.Tags),
    })
    return { output: { UserProfileArn: arn } }
  },
})
