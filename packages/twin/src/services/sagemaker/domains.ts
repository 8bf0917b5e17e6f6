import { studioUrl } from '../../studio/places.ts'
import type { StudioDomain, World } from '../../world.ts'
import { defineOperation } from '../operation.ts'
import { domainId, maxResults, nextToken } from './fields.ts'
import { findDomain, notFound, sagemakerArn } from './inventory.ts'

/** sagemaker:DescribeDomain. */
export const describeDomain = defineOperation({
  name: 'DescribeDomain',
  shape: { DomainId: domainId },
  run(input, call) {
    const denied = call.authorize({
      action: 'sagemaker:DescribeDomain',
      resource: sagemakerArn(call.world, 'domain', input.DomainId),
    })
    if (denied) return { error: denied }
    const domain = findDomain(call.world, input.DomainId)
    if (!domain) return notFound('Domain', input.DomainId)
    return {
      output: {
        ...summary(call.world, domain),
        AuthMode: domain.authMode,
        AppNetworkAccessType: domain.appNetworkAccessType,
        SubnetIds: domain.subnetIds,
        DefaultUserSettings: {
          ExecutionRole: domain.defaultExecutionRoleArn,
          SecurityGroups: domain.securityGroupIds,
          StudioWebPortal: 'ENABLED',
          DefaultLandingUri: 'studio::',
        },
      },
    }
  },
})

/** sagemaker:ListDomains: the account's own. */
export const listDomains = defineOperation({
  name: 'ListDomains',
  shape: { MaxResults: maxResults, NextToken: nextToken },
  run(_input, call) {
    const denied = call.authorize({
      action: 'sagemaker:ListDomains',
      resource: sagemakerArn(call.world, 'domain', '*'),
    })
    if (denied) return { error: denied }
    const domains = [...call.world.domains.keys()].flatMap((id) => findDomain(call.world, id) ?? [])
    return { output: { Domains: domains.map((domain) => summary(call.world, domain)) } }
  },
})

function summary(world: World, domain: StudioDomain) {
  return {
    DomainId: domain.id,
    DomainArn: domain.arn,
    DomainName: domain.name,
    Status: 'InService',
    Url: studioUrl(world, domain),
  }
}
