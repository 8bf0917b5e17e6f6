import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as iam from 'aws-cdk-lib/aws-iam'
import { CfnParameter, Fn, Stack } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import type { GateNetwork } from './network.ts'

/** Value of the tag `studio-gate:host`. */
type Host = 'private-host' | 'public-host' | 'bastion'

const proxyPort = 3128

/**
 * Three machines to try the deployment from: one on an admitted network, one that is not, and a bastion through which a
 * laptop reaches the first one's proxy. Reached by Session Manager only: no key pair, no password, no open port.
 */
export class DemoHosts extends Construct {
  /** Command that a laptop runs to have the private host's proxy on its own port 3128. */
  readonly tunnelCommand: string
  readonly #instanceProfile: string
  readonly #imageId: string

  constructor(scope: Construct, id: string, props: { readonly network: GateNetwork }) {
    super(scope, id)
    const { network } = props
    const { partition } = Stack.of(this)
    this.#imageId = new CfnParameter(this, 'Image', {
      type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
      default: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
      description: 'Public parameter with the newest Amazon Linux 2023',
    }).valueAsString
    const role = new iam.CfnRole(this, 'Role', {
      description: 'Demo hosts: Session Manager',
      assumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      managedPolicyArns: [`arn:${partition}:iam::aws:policy/AmazonSSMManagedInstanceCore`],
    })
    this.#instanceProfile = new iam.CfnInstanceProfile(this, 'InstanceProfile', { roles: [role.ref] }).ref

    const [publicSubnet] = network.subnets.public
    const [privateSubnet] = network.subnets.private
    if (publicSubnet === undefined || privateSubnet === undefined) throw new Error('the network has no subnets')
    const group = (name: string, words: string) =>
      new ec2.CfnSecurityGroup(this, `${name}SecurityGroup`, { vpcId: network.vpcId, groupDescription: words })
    const bastionGroup = group('Bastion', 'Bastion: nothing in')
    const publicGroup = group('PublicHost', 'Public host: nothing in')
    const privateGroup = group('PrivateHost', 'Private host: its proxy, from the bastion')
    new ec2.CfnSecurityGroupIngress(this, 'ProxyIngress', {
      groupId: privateGroup.attrGroupId,
      sourceSecurityGroupId: bastionGroup.attrGroupId,
      ipProtocol: 'tcp',
      fromPort: proxyPort,
      toPort: proxyPort,
      description: 'forward proxy',
    })

    const privateHost = this.host('private-host', 'PrivateHost', privateSubnet.id, privateGroup, proxyUserData)
    privateHost.node.addDependency(...network.internetFrom.private)
    const publicHost = this.host('public-host', 'PublicHost', publicSubnet.id, publicGroup)
    publicHost.node.addDependency(...network.internetFrom.public)
    const bastion = this.host('bastion', 'Bastion', publicSubnet.id, bastionGroup)
    bastion.node.addDependency(...network.internetFrom.public)

    this.tunnelCommand = [
      `aws ssm start-session --target ${bastion.ref}`,
      '--document-name AWS-StartPortForwardingSessionToRemoteHost',
      `--parameters host=${privateHost.attrPrivateIp},portNumber=${proxyPort},localPortNumber=${proxyPort}`,
    ].join(' ')
  }

  private host(kind: Host, id: string, subnetId: string, group: ec2.CfnSecurityGroup, userData?: string) {
    return new ec2.CfnInstance(this, id, {
      imageId: this.#imageId,
      instanceType: 't3.micro',
      iamInstanceProfile: this.#instanceProfile,
      subnetId,
      securityGroupIds: [group.attrGroupId],
      metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { encrypted: true, volumeType: 'gp3' } }],
      tags: [
        { key: 'Name', value: `studio-gate ${kind}` },
        { key: 'studio-gate:host', value: kind },
      ],
      ...(userData === undefined ? {} : { userData: Fn.base64(userData) }),
    })
  }
}

/** The security group already limits who reaches the proxy; it passes HTTPS tunnels only and writes no log of them. */
const proxyUserData = `#!/bin/bash
set -euo pipefail
dnf install -y squid
cat > /etc/squid/squid.conf <<'END'
http_port ${proxyPort}
acl https port 443
acl tunnel method CONNECT
http_access allow tunnel https
http_access deny all
cache deny all
access_log none
END
systemctl enable --now squid
`
