/** Studio's domains and user profiles, with the constraints that SageMaker itself applies (1.2, 5.13, 9.1). */
import { DeployError } from '../error.ts'
import { optionalText, record, tags, text, texts } from '../properties.ts'
import type { Rows, Site } from '../site.ts'
import { subnetIds } from './ec2-network.ts'

export const sagemaker: Rows = {
  'AWS::SageMaker::Domain': {
    models: ['AppNetworkAccessType', 'AuthMode', 'DefaultUserSettings', 'DomainName', 'SubnetIds', 'VpcId'],
    ignores: [
      'AppSecurityGroupManagement',
      'DefaultSpaceSettings',
      'DomainSettings',
      'HomeEfsFileSystemKmsKeyId',
      'KmsKeyId',
      'TagPropagation',
      'Tags',
    ],
    create(order, site) {
      const { world, ids, topology } = site
      const id = `d-${ids.alphanumeric('domain', order.logicalId, 12)}`
      const arn = `arn:${world.partition}:sagemaker:${world.region}:${world.accountId}:domain/${id}`
      const settings = record(order, 'DefaultUserSettings')
      const role = settings && text(settings, 'ExecutionRole')
      if (role === undefined) throw new DeployError(`${order.path}.DefaultUserSettings`, 'needed: ExecutionRole')
      const securityGroupIds = settings ? texts(settings, 'SecurityGroups') : []
      for (const groupId of securityGroupIds)
        if (!topology.securityGroups.has(groupId))
          throw new DeployError(
            `${order.path}.DefaultUserSettings.SecurityGroups`,
            `there is no security group ${groupId}`,
          )
      const access = optionalText(order, 'AppNetworkAccessType') ?? 'PublicInternetOnly'
      if (access === 'VpcOnly' && securityGroupIds.length === 0)
        throw new DeployError(`${order.path}.DefaultUserSettings.SecurityGroups`, 'required for VpcOnly (9.9)')
      mustBeRole(role, `${order.path}.DefaultUserSettings.ExecutionRole`, site)
      world.domains.set(id, {
        id,
        arn,
        name: text(order, 'DomainName'),
        accountId: world.accountId,
        authMode: text(order, 'AuthMode'),
        appNetworkAccessType: access,
        defaultExecutionRoleArn: role,
        subnetIds: subnetIds(order, 'SubnetIds', site),
        securityGroupIds,
        profiles: new Map(),
        spaces: new Map(),
      })
      return {
        ref: id,
        attributes: { DomainId: id, DomainArn: arn, Url: `https://${id}.studio.${world.region}.sagemaker.aws` },
      }
    },
  },

  'AWS::SageMaker::UserProfile': {
    models: ['DomainId', 'UserProfileName', 'UserSettings', 'Tags'],
    ignores: [],
    create(order, site) {
      const { world } = site
      const domainId = text(order, 'DomainId')
      const domain = world.domains.get(domainId)
      if (!domain) throw new DeployError(`${order.path}.DomainId`, `there is no domain ${domainId}`)
      const name = text(order, 'UserProfileName')
      if (!/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(name))
        throw new DeployError(`${order.path}.UserProfileName`, `\`${name}\` is no legal name (5.13)`)
      const namesake = [...domain.profiles.keys()].find((other) => other.toLowerCase() === name.toLowerCase())
      if (namesake !== undefined)
        throw new DeployError(`${order.path}.UserProfileName`, `${namesake} exists already (3.21)`)
      const settings = record(order, 'UserSettings')
      const role = settings && optionalText(settings, 'ExecutionRole')
      if (role !== undefined) mustBeRole(role, `${order.path}.UserSettings.ExecutionRole`, site)
      const arn = `arn:${world.partition}:sagemaker:${world.region}:${world.accountId}:user-profile/${domainId}/${name}`
      domain.profiles.set(name, {
        domainId,
        name,
        arn,
        status: 'InService',
        executionRoleArn: role ?? domain.defaultExecutionRoleArn,
        createdAt: world.now(),
        tags: tags(order),
      })
      return { attributes: { UserProfileArn: arn } }
    },
  },
}

function mustBeRole(arn: string, path: string, { world }: Site): void {
  if (!world.roles.has(arn)) throw new DeployError(path, `there is no role ${arn}`)
}
