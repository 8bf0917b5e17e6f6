import { defineOperation, failure } from '../operation.ts'
import { domainId, optionalName, tagContext, tags } from './fields.ts'
import { findDomain, findProfile, inventoryOf, notFound, ownerContext, sagemakerArn } from './inventory.ts'

/**
 * sagemaker:CreateApp, of a profile or of a space: `app/<domain>/<profile or space>/<type>/<name>`. A space's app carries
 * the key `sagemaker:OwnerUserProfileArn`, a profile's does not. In service at once.
 */
export const createApp = defineOperation({
  name: 'CreateApp',
  shape: {
    DomainId: domainId,
    UserProfileName: optionalName,
    SpaceName: optionalName,
    AppType: {
      type: 'string',
      required: true,
      values: [
        'JupyterServer',
        'KernelGateway',
        'RStudioServerPro',
        'RSessionGateway',
        'Canvas',
        'CodeEditor',
        'JupyterLab',
      ],
    },
    AppName: { type: 'string', required: true, max: 63, pattern: '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}' },
    Tags: tags,
  },
  run(input, call) {
    const { world } = call
    const owner = input.SpaceName ?? input.UserProfileName
    if (owner === undefined || (input.SpaceName !== undefined && input.UserProfileName !== undefined)) {
      return failure('ValidationException', 'Exactly one of UserProfileName and SpaceName must be given.')
    }
    const domain = findDomain(world, input.DomainId)
    const space = input.SpaceName === undefined ? undefined : domain?.spaces.get(input.SpaceName)
    const arn = sagemakerArn(world, 'app', input.DomainId, owner, input.AppType, input.AppName)
    const denied = call.authorize({
      action: 'sagemaker:CreateApp',
      resource: arn,
      context: { ...tagContext(input.Tags), ...ownerContext(world, input.DomainId, space?.owner) },
    })
    if (denied) return { error: denied }
    if (!domain) return notFound('Domain', input.DomainId)
    if (input.SpaceName !== undefined && !space) return notFound('Space', input.SpaceName)
    if (input.SpaceName === undefined && !findProfile(world, domain.id, owner)) return notFound('UserProfile', owner)
    const { apps } = inventoryOf(world)
    if (apps.has(arn)) return failure('ResourceInUse', `App [${input.AppName}] already exists.`)
    apps.add(arn)
    return { output: { AppArn: arn } }
  },
})
