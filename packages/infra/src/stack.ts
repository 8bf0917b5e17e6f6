import { derive, type Intent, type Places, type PolicyJson, type Walls } from '@studio-gate/policy'
import {
  type App,
  type CfnElement,
  CfnOutput,
  DefaultStackSynthesizer,
  type IStackSynthesizer,
  Stack,
} from 'aws-cdk-lib/core'
import { DemoHosts } from './demo-hosts.ts'
import { Endpoints } from './endpoints.ts'
import { GateApi, stageName } from './gate-api.ts'
import { GateFunction, GateFunctionRole } from './gate-function.ts'
import { GateKeys } from './gate-keys.ts'
import { pascal } from './logical-id.ts'
import { GateNetwork, type StudioEgress } from './network.ts'
import { policyLimits, splitWithinLimit } from './policy-limits.ts'
import { fewerEntries } from './remedies.ts'
import { ReplayTable } from './replay-table.ts'
import { Roles } from './roles.ts'
import { StudioDomain, UserProfiles } from './studio-domain.ts'

export interface StudioGateStackProps {
  readonly intent: Intent
  /** Folder with the gate's bundle: `index.mjs` and `intent.json`. */
  readonly codeFolder: string
  readonly demoHosts: boolean
  readonly studioEgress: StudioEgress
  /** Absent: the template fits any Region and account. */
  readonly region?: string
  readonly account?: string
}

/**
 * Everything, in the order in which ids become known: what has ids, then the walls that name them, then what stands
 * behind the walls. No resource names one that comes after it, so there is no cycle.
 */
export class StudioGateStack extends Stack {
  readonly walls: Walls
  /** What `walls.scp` says, in as many policies as AWS's limit takes. */
  readonly scps: readonly PolicyJson[]
  readonly #outputs = new Map<string, string>()

  /** What each output says, by name. Values exist only once deployed. */
  get outputs(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#outputs)
  }

  constructor(app: App, stackName: string, props: StudioGateStackProps) {
    super(app, stackName, {
      stackName,
      description: 'Studio Gate: single sign-on to SageMaker Studio from declared networks only',
      analyticsReporting: false,
      // The interface's declaration says `T | undefined` where the class says optional.
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
      env: {
        ...(props.account === undefined ? {} : { account: props.account }),
        ...(props.region === undefined ? {} : { region: props.region }),
      },
    })
    const { intent } = props
    const network = new GateNetwork(this, 'Network', { studioEgress: props.studioEgress })
    const domainIds = this.domains(intent, network)
    const replayTable = new ReplayTable(this, 'Replay')
    const role = new GateFunctionRole(this, 'GateFunction')
    const endpoints = new Endpoints(this, 'Endpoint', { network, intent })
    const { kms } = endpoints
    const keys = new GateKeys(this, 'Key', { intent })

    const places: Places = {
      partition: this.partition,
      region: this.region,
      accountId: this.account,
      stackName,
      vpcId: network.vpcId,
      endpoints: {
        sagemakerApi: endpoints.id('sagemakerApi'),
        studio: endpoints.id('studio'),
        executeApi: endpoints.id('executeApi'),
        ...(kms === undefined ? {} : { kms: kms.id }),
      },
      gateSubnetCidrs: network.subnets.gate.map((subnet) => subnet.cidr),
      studioSubnetCidrs: network.subnets.studio.map((subnet) => subnet.cidr),
      domainIds,
      functionArn: role.functionArn,
      functionRoleArn: role.arn,
      replayTableArn: replayTable.arn,
      ...(kms === undefined ? {} : { keys: keys.arns }),
      stage: stageName,
    }
    this.walls = derive(intent, places)
    this.scps = splitWithinLimit(this, { ...policyLimits.scp, remedy: fewerEntries(intent) }, this.walls.scp)
    endpoints.enforce(this.walls, intent)
    keys.enforce(this.walls)
    const roles = new Roles(this, 'Role', { intent, walls: this.walls })
    new UserProfiles(this, 'Profile', { intent, domainIds, roles })

    const api = new GateApi(this, 'Api', { intent, walls: this.walls, endpoints })
    const gate = new GateFunction(this, 'Gate', {
      intent,
      role,
      network,
      walls: this.walls,
      codeFolder: props.codeFolder,
      environment: {
        STUDIO_GATE_ACS_URL: api.acsUrl,
        STUDIO_GATE_REPLAY_TABLE: replayTable.name,
        STUDIO_GATE_STACK: stackName,
        STUDIO_GATE_ACCOUNT: this.account,
        STUDIO_GATE_PARTITION: this.partition,
        STUDIO_GATE_DOMAIN_IDS: this.toJsonString(domainIds),
        ...(keys.arns.decryption === undefined ? {} : { STUDIO_GATE_DECRYPTION_KEY: keys.arns.decryption }),
        ...(keys.arns.signing === undefined ? {} : { STUDIO_GATE_SIGNING_KEY: keys.arns.signing }),
        ...(kms === undefined ? {} : { STUDIO_GATE_KMS_ENDPOINT: kms.url }),
      },
    })
    api.serve(gate, role)

    this.output('AcsUrl', api.acsUrl, 'Assertion consumer service URL, for the identity provider')
    this.output('Audience', intent.audience, 'SP entity id, for the identity provider')
    const [firstDomain, ...otherDomains] = intent.domains
    if (firstDomain) this.output('DomainId', domainIds[firstDomain.name], `Studio domain ${firstDomain.name}`)
    for (const { name } of otherDomains)
      this.output(`DomainId${pascal(name)}`, domainIds[name], `Studio domain ${name}`)
    this.output('ApiId', api.apiId, 'Private REST API')
    this.output('ExecuteApiEndpointId', endpoints.id('executeApi'), 'VPC endpoint of the private REST API')
    this.output('StudioEndpointId', endpoints.id('studio'), 'VPC endpoint that browsers reach Studio through')
    this.output('SageMakerApiEndpointId', endpoints.id('sagemakerApi'), 'VPC endpoint that the gate mints through')
    if (keys.arns.decryption !== undefined)
      this.output('DecryptionKeyArn', keys.arns.decryption, 'KMS key that identity providers encrypt assertions to')
    if (keys.arns.signing !== undefined)
      this.output('SigningKeyArn', keys.arns.signing, 'KMS key that signs requests to identity providers')
    for (const [name, arn] of roles.boundariesToAttach)
      this.output(`Boundary${pascal(name)}`, arn, `Attach it as permissions boundary to the execution role ${name}`)
    if (props.demoHosts) {
      const hosts = new DemoHosts(this, 'DemoHosts', { network })
      this.output('TunnelCommand', hosts.tunnelCommand, "Brings the private host's proxy to port 3128 of a laptop")
    }
  }

  private output(name: string, value: string | undefined, description: string): void {
    if (value === undefined) throw new Error(`the output \`${name}\` has no value`)
    new CfnOutput(this, name, { value, description })
    this.#outputs.set(name, description)
  }

  /** Readable logical ids: the path's words, without the digest that the default adds. CDK refuses two that are equal. */
  protected override allocateLogicalId(element: CfnElement): string {
    return element.node.path
      .split('/')
      .slice(1)
      .filter((part) => part !== 'Resource')
      .map(pascal)
      .join('')
  }

  private domains(intent: Intent, network: GateNetwork): Readonly<Record<string, string>> {
    return Object.fromEntries(
      intent.domains.map((domain) => [
        domain.name,
        domain.id === 'deployed'
          ? new StudioDomain(this, `Domain${pascal(domain.name)}`, { domain, network }).domainId
          : domain.id,
      ]),
    )
  }
}
