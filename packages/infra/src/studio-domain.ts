import {
  type AllowRule,
  type DeclaredProfile,
  type Domain,
  type Intent,
  ownerTags,
  profileName,
} from '@studio-gate/policy'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker'
import { Stack } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import { pascal } from './logical-id.ts'
import type { GateNetwork } from './network.ts'
import type { Roles } from './roles.ts'
import { SynthesisError } from './synthesis-error.ts'

/**
 * A domain of our own. Its default execution role may do nothing: every profile has its rule's role, which has the
 * boundary, and the boundary names endpoints whose policies name this domain, so the domain cannot name that role.
 */
export class StudioDomain extends Construct {
  readonly domainId: string

  constructor(scope: Construct, id: string, props: { readonly domain: Domain; readonly network: GateNetwork }) {
    super(scope, id)
    const { domain, network } = props
    const stack = Stack.of(this)
    const securityGroup = new ec2.CfnSecurityGroup(this, 'SecurityGroup', {
      vpcId: network.vpcId,
      groupDescription: 'Studio apps: each other and their file system',
    })
    // Ports that Studio in VpcOnly mode needs among its apps (row 5.5).
    const amongThemselves = [
      { name: 'Apps', fromPort: 8192, toPort: 65535 },
      { name: 'FileSystem', fromPort: 2049, toPort: 2049 },
    ]
    for (const { name, fromPort, toPort } of amongThemselves) {
      // A resource of its own, because a group that names itself is a cycle.
      new ec2.CfnSecurityGroupIngress(this, `${name}Ingress`, {
        groupId: securityGroup.attrGroupId,
        sourceSecurityGroupId: securityGroup.attrGroupId,
        ipProtocol: 'tcp',
        fromPort,
        toPort,
      })
    }
    const nothing = new iam.CfnRole(this, 'DefaultExecutionRole', {
      description: 'Default execution role of the Studio domain; may do nothing',
      assumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'sagemaker.amazonaws.com' },
            Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
            Condition: { StringEquals: { 'aws:SourceAccount': stack.account } },
          },
        ],
      },
      policies: [
        {
          policyName: 'nothing',
          policyDocument: {
            Version: '2012-10-17',
            Statement: [{ Sid: 'Nothing', Effect: 'Deny', Action: '*', Resource: '*' }],
          },
        },
      ],
    })
    const resource = new sagemaker.CfnDomain(this, 'Resource', {
      domainName: `${stack.stackName}-${domain.name}`.slice(0, 63).replace(/-+$/, ''),
      // CreatePresignedDomainUrl works in IAM mode only (row 1.12).
      authMode: 'IAM',
      appNetworkAccessType: 'VpcOnly',
      vpcId: network.vpcId,
      subnetIds: network.subnets.studio.map((subnet) => subnet.id),
      defaultUserSettings: {
        executionRole: nothing.attrArn,
        securityGroups: [securityGroup.attrGroupId],
        studioWebPortal: 'ENABLED',
        defaultLandingUri: 'studio::',
      },
      // CloudTrail then names the profile beside everything that an execution role does (row 10.5).
      domainSettings: { executionRoleIdentityConfig: 'USER_PROFILE_NAME' },
    })
    resource.cfnOptions.metadata = {
      'studio-gate:removal':
        'Deleting the domain leaves its EFS file system, mount targets and NFS security groups behind (there is no property for it), and profiles and apps that sign-ins made must be deleted first. Delete those by hand, then the VPC can go.',
    }
    this.domainId = resource.attrDomainId
  }
}

/** The declared user profiles: named and tagged exactly as the gate would do it at a first sign-in. */
export class UserProfiles extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly intent: Intent
      readonly domainIds: Readonly<Record<string, string>>
      readonly roles: Roles
    },
  ) {
    super(scope, id)
    const { intent, domainIds, roles } = props
    for (const profile of intent.profiles) {
      const rule = allowRule(intent, profile)
      const provider = intent.identityProviders.find((candidate) => candidate.name === profile.identityProvider)
      const domainId = domainIds[rule.domain]
      if (provider === undefined || domainId === undefined)
        throw new Error(`profile of \`${profile.subject}\` names an identity provider or domain that is not declared`)
      const { identityProvider, subject } = profile
      const owner = { identityProvider, subject, ...(rule.profileSuffix ? { suffix: rule.profileSuffix } : {}) }
      const name = profileName(owner, intent.identityProviders.length)
      if (!name.ok) throw new SynthesisError(`profile of \`${subject}\` for rule \`${rule.name}\`: ${name.reason}`)
      // Profile names are lower case and hyphens; a logical id holds no hyphens, so an upper-case letter stands for them.
      new sagemaker.CfnUserProfile(this, `${pascal(rule.domain)}${pascal(name.name.replaceAll('-', 'Z'))}`, {
        domainId,
        userProfileName: name.name,
        userSettings: { executionRole: roles.executionRoleArn(rule.executionRole) },
        tags: Object.entries(ownerTags(provider.entityId, subject)).map(([key, value]) => ({ key, value })),
      })
    }
  }
}

function allowRule(intent: Intent, profile: DeclaredProfile): AllowRule {
  const rule = intent.rules.find((candidate) => candidate.name === profile.rule)
  if (rule?.effect === 'allow') return rule
  throw new Error(`profile of \`${profile.subject}\` names \`${profile.rule}\`, which is not an allow rule`)
}
