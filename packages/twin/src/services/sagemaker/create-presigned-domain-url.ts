import { mint } from '../../studio/grants.ts'
import { studioUrl } from '../../studio/places.ts'
import { defineOperation, failure } from '../operation.ts'
import { domainId, optionalName, userProfileName } from './fields.ts'
import { findDomain, findProfile, notFound, profileArn } from './inventory.ts'

/**
 * sagemaker:CreatePresignedDomainUrl (rows 1.1 to 1.12). IAM is asked about the user profile's ARN, whatever else is
 * missing; the URL carries the caller's identity to Studio, which asks again for every request (1.13).
 */
export const createPresignedDomainUrl = defineOperation({
  name: 'CreatePresignedDomainUrl',
  shape: {
    DomainId: domainId,
    UserProfileName: userProfileName,
    SessionExpirationDurationInSeconds: { type: 'integer', min: 1800, max: 43200 },
    ExpiresInSeconds: { type: 'integer', min: 5, max: 300 },
    SpaceName: optionalName,
    LandingUri: { type: 'string', max: 1023 },
  },
  run(input, call) {
    const { world, credential } = call
    const resource = profileArn(world, input.DomainId, input.UserProfileName)
    const denied = call.authorize({ action: 'sagemaker:CreatePresignedDomainUrl', resource })
    if (denied) return { error: denied }
    const domain = findDomain(world, input.DomainId)
    if (!domain) return notFound('Domain', input.DomainId)
    if (domain.authMode !== 'IAM') {
      return failure(
        'ValidationException',
        'This operation can only be called when the authentication mode equals IAM.',
      )
    }
    const profile = findProfile(world, input.DomainId, input.UserProfileName)
    if (!profile) return notFound('UserProfile', input.UserProfileName)
    if (profile.status !== 'InService') {
      return failure('ValidationException', `UserProfile [${profile.name}] is ${profile.status}, not InService.`)
    }
    const space = input.SpaceName === undefined ? undefined : domain.spaces.get(input.SpaceName)
    if (input.SpaceName !== undefined && !space) return notFound('Space', input.SpaceName)
    if (space && space.owner.toLowerCase() !== profile.name.toLowerCase()) {
      return failure('ValidationException', `Space [${space.name}] is private to another user profile.`)
    }
    const landing = landingPath(input.LandingUri)
    if (landing === undefined) return failure('ValidationException', 'LandingUri is not one of the documented forms.')
    const token = mint(world, {
      domainId: domain.id,
      profileName: profile.name,
      resourceArn: resource,
      ...(space && { spaceName: space.name }),
      credential,
      landing: space ? '/jupyterlab/default/lab' : landing,
      expiresAt: world.now() + (input.ExpiresInSeconds ?? 300) * 1000,
      sessionSeconds: input.SessionExpirationDurationInSeconds ?? 43200,
    })
    return { output: { AuthorizedUrl: `${studioUrl(world, domain, space)}/auth?token=${token}` } }
  },
})

/** Where the browser goes after the link, by the forms of row 1.5. A slash after `studio::` ends in `//` as at AWS (1.6). */
function landingPath(landingUri: string | undefined): string | undefined {
  if (landingUri === undefined) return '/'
  const match = /^(?:studio:|app:(JupyterServer|JupyterLab|RStudioServerPro|CodeEditor|Canvas)):(.*)$/s.exec(landingUri)
  if (!match) return undefined
  return match[1] === undefined ? `/${match[2]}` : `/${match[1].toLowerCase()}/default/${match[2]}`
}
