/** Security groups, and the virtual machines that they guard. */
import type { NetworkInterface, Peer, SecurityGroupRule } from '../../network/topology.ts'
import { DeployError } from '../error.ts'
import { flag, number, optionalText, type Properties, records, tags, text, texts } from '../properties.ts'
import { generatedName, type Order, type Rows, type Site, takeAddress } from '../site.ts'
import { publicAddress } from './ec2-network.ts'

const ruleProperties = ['IpProtocol', 'FromPort', 'ToPort', 'CidrIp', 'CidrIpv6']

export const ec2Hosts: Rows = {
  'AWS::EC2::SecurityGroup': {
    models: ['VpcId', 'GroupName', 'SecurityGroupIngress', 'SecurityGroupEgress'],
    ignores: ['GroupDescription', 'Tags'],
    create(order, site) {
      const id = site.ids.ec2('sg', order.logicalId)
      const vpcId = text(order, 'VpcId')
      const egress = records(order, 'SecurityGroupEgress').flatMap((rule) => ruleOf(rule, 'Destination', site))
      const bornOpen = order.values.SecurityGroupEgress === undefined
      if (bornOpen) site.bornOpen.add(id)
      site.topology.securityGroups.set(id, {
        id,
        name: order.logicalId,
        vpcId,
        ingress: records(order, 'SecurityGroupIngress').flatMap((rule) => ruleOf(rule, 'Source', site)),
        egress: bornOpen
          ? [{ protocol: '-1', fromPort: 0, toPort: 65535, peer: { kind: 'cidr', cidr: '0.0.0.0/0' } }]
          : egress,
      })
      return { ref: id, attributes: { GroupId: id, Id: id, VpcId: vpcId } }
    },
  },

  'AWS::EC2::SecurityGroupIngress': {
    models: ['GroupId', ...ruleProperties, 'SourceSecurityGroupId', 'SourcePrefixListId'],
    ignores: ['Description', 'SourceSecurityGroupOwnerId'],
    create(order, site) {
      groupOf(order, site).ingress.push(...ruleOf(order, 'Source', site))
      return { ref: site.ids.ec2('sgr', order.logicalId), attributes: {} }
    },
  },

  'AWS::EC2::SecurityGroupEgress': {
    models: ['GroupId', ...ruleProperties, 'DestinationSecurityGroupId', 'DestinationPrefixListId'],
    ignores: ['Description'],
    create(order, site) {
      const group = groupOf(order, site)
      // CloudFormation removes the egress rule that a group is born with once it manages one of its own.
      if (site.bornOpen.delete(group.id)) group.egress.length = 0
      group.egress.push(...ruleOf(order, 'Destination', site))
      return { ref: site.ids.ec2('sgr', order.logicalId), attributes: {} }
    },
  },

  'AWS::EC2::Instance': {
    models: [
      'SubnetId',
      'SecurityGroupIds',
      'NetworkInterfaces',
      'IamInstanceProfile',
      'PrivateIpAddress',
      'Tags',
      'UserData',
    ],
    ignores: [
      'AvailabilityZone',
      'BlockDeviceMappings',
      'CreditSpecification',
      'EbsOptimized',
      'ImageId',
      'InstanceType',
      'LaunchTemplate',
      'MetadataOptions',
      'Monitoring',
      'PropagateTagsToVolumeOnCreation',
    ],
    create(order, site) {
      const [card] = records(order, 'NetworkInterfaces')
      const subnetId = card ? text(card, 'SubnetId') : text(order, 'SubnetId')
      const subnet = site.world.subnets.get(subnetId)
      if (!subnet) throw new DeployError(order.path, `there is no subnet ${subnetId}`)
      const groups = card ? texts(card, 'GroupSet') : texts(order, 'SecurityGroupIds')
      const address = optionalText(order, 'PrivateIpAddress') ?? takeAddress(site, subnetId, order.path)
      const isPublic = flag(card ?? order, 'AssociatePublicIpAddress', site.autoPublicSubnets.has(subnetId))
      const own = tags(order)
      const name = own['studio-gate:host'] ?? own.Name ?? order.logicalId
      const at: NetworkInterface = {
        address,
        subnetId,
        securityGroupIds: groups.length > 0 ? groups : defaultGroups(site, subnet.vpcId),
        owner: { kind: 'instance', name },
        ...(isPublic ? { publicAddress: publicAddress(site) } : {}),
      }
      site.topology.interfaces.push(at)
      if (order.values.UserData !== undefined)
        site.gap(
          `${order.logicalId} (${order.type}): UserData is not run; every host of the twin has a proxy on port 3128`,
        )
      const id = site.ids.ec2('i', order.logicalId)
      const profile = optionalText(order, 'IamInstanceProfile')
      const roleArn = profile === undefined ? undefined : site.instanceProfiles.get(profile)
      if (profile !== undefined && roleArn === undefined)
        throw new DeployError(`${order.path}.IamInstanceProfile`, `there is no instance profile ${profile}`)
      if (site.instances.some((other) => other.name === name))
        throw new DeployError(`${order.path}.Tags`, `two instances are called ${name}`)
      site.instances.push({ id, name, interface: at, ...(roleArn === undefined ? {} : { roleArn }) })
      const dnsName = nameInVpc(site, subnet.vpcId, name, address)
      return {
        ref: id,
        attributes: {
          InstanceId: id,
          PrivateIp: address,
          PrivateDnsName: dnsName,
          VpcId: subnet.vpcId,
          ...(at.publicAddress === undefined ? {} : { PublicIp: at.publicAddress }),
        },
      }
    },
  },

  'AWS::EC2::LaunchTemplate': {
    models: [],
    ignores: ['LaunchTemplateData', 'LaunchTemplateName', 'TagSpecifications', 'VersionDescription'],
    create: (order, { ids }) => {
      const id = ids.ec2('lt', order.logicalId)
      return { ref: id, attributes: { LaunchTemplateId: id, LatestVersionNumber: '1', DefaultVersionNumber: '1' } }
    },
  },

  'AWS::IAM::InstanceProfile': {
    models: ['Roles', 'InstanceProfileName'],
    ignores: ['Path'],
    create(order, site) {
      const name = optionalText(order, 'InstanceProfileName') ?? generatedName(site, order.logicalId, 128)
      const [roleName] = texts(order, 'Roles')
      const role = [...site.world.roles.values()].find((one) => one.name === roleName)
      if (!role) throw new DeployError(`${order.path}.Roles`, `there is no role ${roleName}`)
      site.instanceProfiles.set(name, role.arn)
      const { partition, accountId } = site.world
      return { ref: name, attributes: { Arn: `arn:${partition}:iam::${accountId}:instance-profile/${name}` } }
    },
  },
}

/** The groups named, or the VPC's default group where none is. */
export function defaultGroups({ topology }: Site, vpcId: string): readonly string[] {
  const group = topology.vpcs.get(vpcId)?.defaultSecurityGroupId
  return group === undefined ? [] : [group]
}

/** Gives an instance its names inside the VPC: `<host>.internal` of the twin, and the one that AWS derives from the address. */
function nameInVpc({ topology, world }: Site, vpcId: string, name: string, address: string): string {
  const awsZone = world.region === 'us-east-1' ? 'ec2.internal' : `${world.region}.compute.internal`
  const awsLabel = `ip-${address.replaceAll('.', '-')}`
  for (const [zone, label] of [
    ['internal', name.toLowerCase()],
    [awsZone, awsLabel],
  ] as const) {
    const known = topology.privateZones.find((one) => one.vpcId === vpcId && one.zone === zone)
    if (known) known.records.set(label, [address])
    else topology.privateZones.push({ vpcId, zone, records: new Map([[label, [address]]]), of: vpcId })
  }
  return `${awsLabel}.${awsZone}`
}

function groupOf(order: Order, { topology }: Site) {
  const group = topology.securityGroups.get(text(order, 'GroupId'))
  return group ?? fail(order, 'GroupId', 'there is no such security group')
}

function fail(from: Properties, key: string, message: string): never {
  throw new DeployError(`${from.path}.${key}`, message)
}

const protocols: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp', '1': 'icmp', all: '-1' }

/** `side` is how the template calls the far end: `Source...` of ingress, `Destination...` of egress. */
function ruleOf(from: Properties, side: 'Source' | 'Destination', site: Site): readonly SecurityGroupRule[] {
  const groupId = optionalText(from, `${side}SecurityGroupId`)
  const prefixListId = optionalText(from, `${side}PrefixListId`)
  const cidr = optionalText(from, 'CidrIp')
  if (optionalText(from, 'CidrIpv6') !== undefined) {
    site.gap('security group rules for IPv6 (the twin is IPv4 only)')
    return []
  }
  const peer: Peer =
    groupId !== undefined
      ? { kind: 'group', groupId }
      : prefixListId !== undefined
        ? { kind: 'prefix-list', prefixListId }
        : { kind: 'cidr', cidr: cidr ?? fail(from, 'CidrIp', 'the rule names no source or destination') }
  const protocol = text(from, 'IpProtocol').toLowerCase()
  return [
    {
      protocol: protocols[protocol] ?? protocol,
      fromPort: number(from, 'FromPort', 0),
      toPort: number(from, 'ToPort', 65535),
      peer,
    },
  ]
}
