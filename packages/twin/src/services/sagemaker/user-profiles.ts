import { defineOperation } from '../operation.ts'
import { domainId, maxResults, nextToken, optionalDomainId, optionalName, userProfileName } from './fields.ts'
import { findDomain, findProfile, notFound, profileArn, sagemakerArn } from './inventory.ts'

/** sagemaker:DescribeUserProfile: exact, case-insensitive look-up (row 5.16). */
export const describeUserProfile = defineOperation({
  name: 'DescribeUserProfile',
  shape: { DomainId: domainId, UserProfileName: userProfileName },
  run(input, call) {
    const resource = profileArn(call.world, input.DomainId, input.UserProfileName)
    const denied = call.authorize({ action: 'sagemaker:DescribeUserProfile', resource })
    if (denied) return { error: denied }
    const profile = findProfile(call.world, input.DomainId, input.UserProfileName)
    if (!profile) return notFound('UserProfile', input.UserProfileName)
    return {
      output: {
        DomainId: profile.domainId,
        UserProfileArn: profile.arn,
        UserProfileName: profile.name,
        Status: profile.status,
        CreationTime: profile.createdAt / 1000,
        LastModifiedTime: profile.createdAt / 1000,
        UserSettings: { ExecutionRole: profile.executionRoleArn },
      },
    }
  },
})

/** sagemaker:ListUserProfiles: `UserProfileNameContains` is a filter, never a look-up (row 5.16). One page holds all. */
export const listUserProfiles = defineOperation({
  name: 'ListUserProfiles',
  shape: {
    DomainIdEquals: optionalDomainId,
    UserProfileNameContains: optionalName,
    MaxResults: maxResults,
    NextToken: nextToken,
  },
  run(input, call) {
    const resource = sagemakerArn(call.world, 'user-profile', '*')
    const denied = call.authorize({ action: 'sagemaker:ListUserProfiles', resource })
    if (denied) return { error: denied }
    const domains = input.DomainIdEquals === undefined ? [...call.world.domains.keys()] : [input.DomainIdEquals]
    const profiles = domains.flatMap((id) => [...(findDomain(call.world, id)?.profiles.values() ?? [])])
    const listed = profiles.filter(({ name }) => name.includes(input.UserProfileNameContains ?? ''))
    return {
      output: {
        UserProfiles: listed.map((profile) => ({
          DomainId: profile.domainId,
          UserProfileName: profile.name,
          Status: findProfile(call.world, profile.domainId, profile.name)?.status,
          CreationTime: profile.createdAt / 1000,
          LastModifiedTime: profile.createdAt / 1000,
        })),
      },
    }
  },
})
