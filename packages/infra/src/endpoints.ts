import { BlockList } from 'node:net'
import { gateKeys, type Intent, type PolicyJson, type Walls } from '@studio-gate/policy'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import { Fn, Stack } from 'aws-cdk-lib/core'
import { Construct } from 'constructs'
import { type GateNetwork, vpcCidr } from './network.ts'
import { policyLimits, withinLimit } from './policy-limits.ts'
import { fewerEntries } from './remedies.ts'

type Service = 'executeApi' | 'sagemakerApi' | 'sagemakerRuntime' | 'studio' | 'sts'

/** Service names by CDK's table, because prefixes differ (row 5.1) and change again in China. */
const interfaceServices: Readonly<Record<Service, { readonly id: string; readonly name: string }>> = {
  executeApi: { id: 'ExecuteApi', name: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY.name },
  sagemakerApi: { id: 'SageMakerApi', name: ec2.InterfaceVpcEndpointAwsService.SAGEMAKER_API.name },
  sagemakerRuntime: { id: 'SageMakerRuntime', name: ec2.InterfaceVpcEndpointAwsService.SAGEMAKER_RUNTIME.name },
  studio: { id: 'Studio', name: ec2.InterfaceVpcEndpointAwsService.SAGEMAKER_STUDIO.name },
  sts: { id: 'Sts', name: ec2.InterfaceVpcEndpointAwsService.STS.name },
}

/**
 * The VPC endpoints, in the gate's subnets. Their ids go into the policies of everything else and some of their own
 * policies name things made later, so they are made first and `enforce` gives them their policies.
 */
export class Endpoints extends Construct {
  readonly #interfaces: Readonly<Record<Service, ec2.CfnVPCEndpoint>>
  readonly #dynamodb: ec2.CfnVPCEndpoint
  readonly #kms: ec2.CfnVPCEndpoint | undefined

  constructor(scope: Construct, id: string, props: { readonly network: GateNetwork; readonly intent: Intent }) {
    super(scope, id)
    const { network, intent } = props
    const securityGroup = new ec2.CfnSecurityGroup(this, 'SecurityGroup', {
      vpcId: network.vpcId,
      groupDescription: 'Interface endpoints: HTTPS from the VPC and from declared private networks outside it',
      securityGroupIngress: [vpcCidr, ...cidrsOutsideVpc(intent)].map((cidr) => ({
        ...(cidr.includes(':') ? { cidrIpv6: cidr } : { cidrIp: cidr }),
        ipProtocol: 'tcp',
        fromPort: 443,
        toPort: 443,
        description: cidr === vpcCidr ? 'the VPC' : 'declared network',
      })),
      // An endpoint only answers; this is the least that the template language can say instead of its allow-all default.
      securityGroupEgress: [{ cidrIp: '127.0.0.1/32', ipProtocol: 'tcp', fromPort: 443, toPort: 443 }],
    })
    const interfaceEndpoint = (name: string, serviceName: string, privateDnsEnabled: boolean) =>
      new ec2.CfnVPCEndpoint(this, name, {
        vpcId: network.vpcId,
        vpcEndpointType: 'Interface',
        serviceName,
        subnetIds: network.subnets.gate.map((subnet) => subnet.id),
        securityGroupIds: [securityGroup.attrGroupId],
        privateDnsEnabled,
      })
    const endpoint = (service: Service) => {
      const { id, name } = interfaceServices[service]
      // Private DNS of execute-api hides every public API from the VPC (row 4.11), so it must be asked for by name.
      return interfaceEndpoint(id, name, service !== 'executeApi' || intent.acsUrlForm === 'private-dns')
    }
    this.#interfaces = {
      executeApi: endpoint('executeApi'),
      sagemakerApi: endpoint('sagemakerApi'),
      sagemakerRuntime: endpoint('sagemakerRuntime'),
      studio: endpoint('studio'),
      sts: endpoint('sts'),
    }
    this.#dynamodb = new ec2.CfnVPCEndpoint(this, 'DynamoDb', {
      vpcId: network.vpcId,
      vpcEndpointType: 'Gateway',
      serviceName: `com.amazonaws.${Stack.of(this).region}.dynamodb`,
      routeTableIds: [network.routeTables.gate],
    })
    // Nobody else of the VPC is sent through it: its policy knows the gate only.
    const { name: kms } = ec2.InterfaceVpcEndpointAwsService.KMS
    this.#kms = gateKeys(intent).length === 0 ? undefined : interfaceEndpoint('Kms', kms, false)
    for (const resource of [...Object.values(this.#interfaces), this.#dynamodb, ...(this.#kms ? [this.#kms] : [])]) {
      resource.node.addValidation({
        // Without a policy an endpoint allows everything (row 3.8).
        validate: () => (resource.policyDocument === undefined ? ['the endpoint has no policy'] : []),
      })
    }
  }

  id(service: Service): string {
    return this.#interfaces[service].ref
  }

  /** The endpoint to KMS and its own URL; undefined where the declaration asks for no key. */
  get kms(): { readonly id: string; readonly url: string } | undefined {
    if (this.#kms === undefined) return undefined
    // The regional name comes first (CloudFormation, AWS::EC2::VPCEndpoint, DnsEntries), behind its hosted zone.
    const name = Fn.select(1, Fn.split(':', Fn.select(0, this.#kms.attrDnsEntries)))
    return { id: this.#kms.ref, url: `https://${name}` }
  }

  /** Gives every endpoint its policy. Throws a `SynthesisError` when one is larger than AWS admits. */
  enforce(walls: Walls, intent: Intent): void {
    const policies: readonly (readonly [ec2.CfnVPCEndpoint, PolicyJson])[] = [
      [this.#interfaces.executeApi, walls.executeApiEndpoint],
      [this.#interfaces.sagemakerApi, walls.sagemakerApiEndpoint],
      [this.#interfaces.sagemakerRuntime, walls.sagemakerRuntimeEndpoint],
      [this.#interfaces.studio, walls.studioEndpoint],
      [this.#interfaces.sts, walls.stsEndpoint],
      [this.#dynamodb, walls.dynamodbEndpoint],
      ...(this.#kms && walls.kmsEndpoint ? ([[this.#kms, walls.kmsEndpoint]] as const) : []),
    ]
    for (const [endpoint, policy] of policies)
      endpoint.policyDocument = withinLimit(
        endpoint,
        { ...policyLimits.endpoint, remedy: fewerEntries(intent) },
        policy,
      )
  }
}

/** CIDRs of networks that reach our endpoints from beyond the VPC, such as an office behind a VPN. */
function cidrsOutsideVpc(intent: Intent): readonly string[] {
  const [base = '', prefix = ''] = vpcCidr.split('/')
  const vpc = new BlockList()
  vpc.addSubnet(base, Number(prefix))
  const inside = (cidr: string) => {
    const [address = '', bits = '32'] = cidr.split('/')
    return !cidr.includes(':') && vpc.check(address) && Number(bits) >= Number(prefix)
  }
  const cidrs = intent.networks.flatMap((network) => {
    if (network.kind !== 'privateCidr') return []
    const { through } = network
    const ours = 'endpoint' in through ? through.endpoint === 'deployed' : through.vpc === 'deployed'
    return ours ? network.cidrs : []
  })
  return [...new Set(cidrs)].filter((cidr) => !inside(cidr))
}
