import { randomBytes } from 'node:crypto'
import { type Call, defineOperation, failure } from '../operation.ts'
import {
  domainId,
  maxResults,
  nextToken,
  optionalDomainId,
  spaceName,
  tagContext,
  tagRecord,
  tags,
  userProfileName,
} from './fields.ts'
import { findDomain, findProfile, inventoryOf, notFound, ownerContext, sagemakerArn } from './inventory.ts'

/** sagemaker:CreateSpace, of private spaces (rows 1.28, 2.14). Tags need `sagemaker:AddTags`, as for profiles. */
export const createSpace = defineOperation({
  name: 'CreateSpace',
  shape: {
    DomainId: domainId,
    SpaceName: spaceName,
    Tags: tags,
    OwnershipSettings: { type: 'structure', fields: { OwnerUserProfileName: userProfileName } },
    SpaceSharingSettings: {
      type: 'structure',
      fields: { SharingType: { type: 'string', required: true, values: ['Private', 'Shared'] } },
    },
    SpaceSettings: {
      type: 'structure',
      fields: { RemoteAccess: { type: 'string', values: ['ENABLED', 'DISABLED'] } },
    },
  },
  run(input, call) {
    const { world } = call
    const owner = input.OwnershipSettings?.OwnerUserProfileName
    const sharing = input.SpaceSharingSettings?.SharingType
    const remoteAccess = input.SpaceSettings?.RemoteAccess
    const arn = sagemakerArn(world, 'space', input.DomainId, input.SpaceName)
    const denied =
      call.authorize({
        action: 'sagemaker:CreateSpace',
        resource: arn,
        context: {
          ...tagContext(input.Tags),
          ...ownerContext(world, input.DomainId, owner),
          ...(sharing !== undefined && { 'sagemaker:SpaceSharingType': sharing }),
          ...(remoteAccess !== undefined && { 'sagemaker:RemoteAccess': remoteAccess }),
        },
      }) ??
      (input.Tags && input.Tags.length > 0
        ? call.authorize({
            action: 'sagemaker:AddTags',
            resource: arn,
            context: { ...tagContext(input.Tags), 'sagemaker:TaggingAction': 'CreateSpace' },
          })
        : undefined)
    if (denied) return { error: denied }
    const domain = findDomain(world, input.DomainId)
    if (!domain) return notFound('Domain', input.DomainId)
    if (owner === undefined || sharing !== 'Private') {
      return failure(
        'ValidationException',
        'The twin models private spaces: give OwnershipSettings and SharingType Private.',
      )
    }
    const profile = findProfile(world, input.DomainId, owner)
    if (!profile) return notFound('UserProfile', owner)
    if (domain.spaces.has(input.SpaceName))
      return failure('ResourceInUse', `Space [${input.SpaceName}] already exists.`)
    domain.spaces.set(input.SpaceName, {
      name: input.SpaceName,
      owner: profile.name,
      hostLabel: randomBytes(8).toString('hex'),
    })
    inventoryOf(world).spaces.set(arn, { createdAt: world.now(), sharing, tags: tagRecord(input.Tags) })
    return { output: { SpaceArn: arn } }
  },
})

/** sagemaker:DescribeSpace. */
export const describeSpace = defineOperation({
  name: 'DescribeSpace',
  shape: { DomainId: domainId, SpaceName: spaceName },
  run(input, call) {
    const denied = call.authorize({
      action: 'sagemaker:DescribeSpace',
      resource: sagemakerArn(call.world, 'space', input.DomainId, input.SpaceName),
    })
    if (denied) return { error: denied }
    const space = listed(call, [input.DomainId]).find(({ SpaceName }) => SpaceName === input.SpaceName)
    return space ? { output: space } : notFound('Space', input.SpaceName)
  },
})

/** sagemaker:ListSpaces. One page holds all. */
export const listSpaces = defineOperation({
  name: 'ListSpaces',
  shape: { DomainIdEquals: optionalDomainId, MaxResults: maxResults, NextToken: nextToken },
  run(input, call) {
    const denied = call.authorize({
      action: 'sagemaker:ListSpaces',
      resource: sagemakerArn(call.world, 'space', '*'),
    })
    if (denied) return { error: denied }
    const domains = input.DomainIdEquals === undefined ? [...call.world.domains.keys()] : [input.DomainIdEquals]
    return { output: { Spaces: listed(call, domains) } }
  },
})

function listed({ world }: Call, domainIds: readonly string[]) {
  return domainIds.flatMap((id) =>
    [...(findDomain(world, id)?.spaces.values() ?? [])].map((space) => {
      const arn = sagemakerArn(world, 'space', id, space.name)
      return {
        DomainId: id,
        SpaceName: space.name,
        SpaceArn: arn,
        Status: 'InService',
        CreationTime: (inventoryOf(world).spaces.get(arn)?.createdAt ?? 0) / 1000,
        OwnershipSettings: { OwnerUserProfileName: space.owner },
        SpaceSharingSettings: { SharingType: 'Private' },
      }
    }),
  )
}
