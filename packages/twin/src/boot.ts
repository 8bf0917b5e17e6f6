/** Boots a synthesized template into a running world on loopback, and takes it down again. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deploy } from './deploy/deploy.ts'
import { readTemplate } from './deploy/read-template.ts'
import { emptyWorld, pseudoParameter, stackNameOf } from './empty-world.ts'
import { createAuthority } from './hosts/authority.ts'
import { type AccessKeys, credentialsOf, serviceSession, type Whose } from './hosts/credentials.ts'
import { createDispatch } from './hosts/dispatch.ts'
import { type HostKind, placesOf } from './hosts/places.ts'
import { type HostProxy, openProxy, type Site } from './hosts/proxy.ts'
import { openTunnel, type Tunnel, type TunnelRefused } from './hosts/tunnel.ts'
import type { Application, Directory } from './idp/directory.ts'
import { createRuntime, type Runtime } from './lambda/runtime.ts'
import { createFabric, type Fabric } from './network/fabric.ts'
import { networkGaps } from './network/gaps.ts'
import { readScps } from './scps.ts'
import { startServices } from './services/index.ts'
import type { Switches } from './switches.ts'
import type { World } from './world.ts'

export interface BootOptions {
  /** `<stack>.template.json` (or YAML); assets lie beside it. */
  readonly templatePath: string
  /** Service control policies for the account; absent: no organization. */
  readonly scpPaths?: readonly string[]
  readonly directory: Directory
  readonly switches?: Partial<Switches>
  readonly onProgress?: (progress: Progress) => void
  /** Ports of hosts' proxies by host name; free ones otherwise. */
  readonly proxyPorts?: Readonly<Record<string, number>>
  /** Values of the template's parameters that have no default. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Twelve digits; must be the template's where it names one. */
  readonly accountId?: string
  /** Boots with the same seed make the same ids. */
  readonly seed?: string
}

export interface Progress {
  readonly step: 'template' | 'resources' | 'services' | 'hosts' | 'ready'
  /** Such as `GateFunction (AWS::Lambda::Function)`. */
  readonly detail: string
  readonly done: number
  readonly all: number
}

export interface Host {
  readonly name: string
  readonly kind: HostKind
  /** The address in its subnet, or the public one of a host on the internet. */
  readonly address: string
  readonly publicAddress?: string
  readonly proxyUrl: string
  /** Id and CIDR; absent on the internet. */
  readonly subnet?: { readonly id: string; readonly cidr: string }
}

export interface Twin {
  readonly world: World
  readonly fabric: Fabric
  readonly directory: Directory
  /** The template's outputs, resolved. */
  readonly outputs: Readonly<Record<string, string>>
  readonly hosts: readonly Host[]
  /** Throws when there is no such host. */
  host(name: string): Host
  /** What the template holds and the twin does not model. */
  readonly gaps: readonly string[]
  registerApplication(application: Application): void
  readonly portalUrl: string
  /** PEM file with the twin's certificate authority. */
  readonly caFile: string
  credentials(whose: Whose): AccessKeys
  /** A proxy at the end of a chain of hosts, or the layer that refused a hop. */
  tunnel(names: readonly string[]): Promise<Tunnel | TunnelRefused>
  setScps(...paths: readonly string[]): void
  /** Lines that a function has written; of all functions without a name. */
  functionLogs(name?: string): readonly string[]
  /** How many events all functions have been given. */
  functionInvocations(): number
  /** Process ids of running functions. */
  functionProcesses(): readonly number[]
  /** Stops every process and server and removes every file; may be called twice. */
  close(): Promise<void>
}

type Closer = () => unknown

/** Boots; on failure everything begun is taken down before the error is thrown. */
export async function bootTwin(options: BootOptions): Promise<Twin> {
  const closers: Closer[] = []
  const close = async (): Promise<void> => {
    const failures: unknown[] = []
    // One thing that will not close must not keep the others open.
    for (let next = closers.pop(); next; next = closers.pop()) {
      try {
        await next()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'the twin did not close cleanly')
  }
  try {
    return await boot(options, closers, close)
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
}

async function boot(options: BootOptions, closers: Closer[], close: () => Promise<void>): Promise<Twin> {
  const { templatePath, directory, proxyPorts = {}, onProgress } = options
  const progress = (step: Progress['step'], detail: string, done = 0, all = 0): void =>
    onProgress?.({ step, detail, done, all })

  progress('template', templatePath)
  const template = readTemplate(templatePath)
  const { accountId, switches, scpPaths = [] } = options
  const { region } = directory
  const world = emptyWorld({ region, accountId, switches, scps: readScps(...scpPaths), now: () => Date.now() })
  const deployed = await deploy({
    template,
    templatePath,
    world,
    stackName: stackNameOf(templatePath),
    urlSuffix: pseudoParameter('AWS::URLSuffix', region),
    seed: options.seed ?? 'twin',
    ...(options.parameters ? { parameters: options.parameters } : {}),
    onResource: (logicalId, type, done, all) => progress('resources', `${logicalId} (${type})`, done, all),
  })
  const { topology, functions, instances } = deployed

  progress('services', 'certificate authority and AWS services')
  const folder = await mkdtemp(join(tmpdir(), 'studio-gate-twin-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  const authority = await createAuthority(world.now())
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, authority.certificate)
  const started = await startServices(world, directory)
  closers.push(() => started.close())
  const fabric = createFabric(world, topology)
  fabric.serve(started.services)
  const dispatch = createDispatch(world)
  closers.push(() => dispatch.close())
  const site: Site = { world, fabric, authority, dispatch }

  const places = placesOf(world, deployed)
  for (const name of Object.keys(proxyPorts))
    if (!places.some(({ place }) => place.host === name)) throw new Error(`there is no host ${name} to give a port to`)
  const proxies = new Map<string, HostProxy>()
  const hosts: Host[] = []
  for (const [index, { kind, place }] of places.entries()) {
    const proxy = await openProxy(site, place, proxyPorts[place.host])
    closers.push(proxy.close)
    proxies.set(place.host, proxy)
    const at = place.in === 'vpc' ? place.interface : undefined
    const subnet = at && world.subnets.get(at.subnetId)
    hosts.push({
      name: place.host,
      kind,
      address: place.in === 'vpc' ? place.interface.address : place.address,
      ...(at?.publicAddress === undefined ? {} : { publicAddress: at.publicAddress }),
      proxyUrl: proxy.url,
      ...(subnet ? { subnet: { id: subnet.id, cidr: subnet.cidr } } : {}),
    })
    progress('hosts', place.host, index + 1, places.length)
  }

  const runtimes: Runtime[] = []
  for (const plan of functions) {
    const role = world.roles.get(plan.roleArn)
    const place = places.find((one) => one.kind === 'function' && one.place.host === plan.name)?.place
    const proxy = proxies.get(plan.name)
    if (!role || !place || !proxy) throw new Error(`the function ${plan.name} has no role or place`)
    const scratch = join(folder, 'functions', plan.name)
    await mkdir(scratch, { recursive: true })
    const runtime = createRuntime({
      plan,
      proxyPort: proxy.port,
      caFile,
      scratch,
      region: world.region,
      credentials: serviceSession(world, role, 'lambda.amazonaws.com', plan.name, {
        'lambda:SourceFunctionArn': plan.arn,
      }),
      resolve(name) {
        const answer = fabric.resolve(place, name)
        return answer.ok ? answer.addresses : []
      },
    })
    closers.push(runtime.close)
    runtimes.push(runtime)
    world.functions.set(plan.arn, runtime)
  }

  const tunnels: Tunnel[] = []
  closers.push(() => Promise.all(tunnels.map((one) => one.close())))
  progress('ready', `${hosts.length} hosts`)
  const placeOf = (name: string) => {
    const found = places.find(({ place }) => place.host === name)
    if (!found) throw new Error(`there is no host ${name}; there are ${hosts.map((one) => one.name).join(', ')}`)
    return found.place
  }
  return {
    world,
    fabric,
    directory,
    outputs: deployed.outputs,
    hosts,
    host(name) {
      const found = hosts.find((one) => one.name === name)
      if (!found) throw new Error(`there is no host ${name}; there are ${hosts.map((one) => one.name).join(', ')}`)
      return found
    },
    gaps: [...deployed.gaps, ...networkGaps, ...started.gaps],
    registerApplication: (application) => directory.registerApplication(application),
    portalUrl: directory.portalUrl,
    caFile,
    credentials: (whose) => credentialsOf(world, instances, whose),
    async tunnel(names) {
      const opened = await openTunnel(site, names.map(placeOf))
      if ('proxyUrl' in opened) tunnels.push(opened)
      return opened
    },
    setScps(...paths) {
      world.scps = readScps(...paths)
    },
    functionLogs: (name) =>
      runtimes.filter((one) => name === undefined || one.name === name).flatMap(({ logs }) => logs),
    functionInvocations: () => runtimes.reduce((sum, one) => sum + one.invocations(), 0),
    functionProcesses: () => runtimes.flatMap((one) => one.pids()),
    close,
  }
}
