/** Boots the twin for a person: templates and ports in, a running world and the words for sitting at its hosts out. */
import { readFileSync, statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { IdentityProvider, Intent } from '@studio-gate/policy'
import { type Application, bootTwin, type Directory, type Switches, switchTable, type Twin } from '@studio-gate/twin'
import { authoritySpki } from './browser/launch.ts'
import type { Session } from './command.ts'
import { certificateOf, type KeyUse } from './key-certificate.ts'
import { shownPath } from './shown-path.ts'
import { suggestion } from './suggestion.ts'
import type { Terminal } from './terminal.ts'
import { exitCodes, Trouble } from './trouble.ts'

/** The tile's name in the access portal. */
export const tile = 'SageMaker Studio'

export interface BootOptions {
  readonly templatePath: string
  readonly scpPaths?: readonly string[]
  readonly directory: Directory
  readonly switches?: Partial<Switches>
  /** Ports of the hosts' proxies, in the order of the hosts; absent: any free ones. */
  readonly portBase?: number
  /** Maps the declaration's attributes; absent: only groups, as `groups`. */
  readonly identityProvider?: IdentityProvider
}

/** Boots it and registers the gate as the portal's application, as an administrator would in step 2 of `docs/deploy.md`. */
export async function bootForPeople(options: BootOptions, onProgress: (text: string) => void): Promise<Twin> {
  const { identityProvider, portBase, ...boot } = options
  try {
    const proxyPorts = portBase === undefined ? {} : { proxyPorts: await portsFrom(portBase, boot) }
    const twin = await bootTwin({ ...boot, ...proxyPorts, onProgress: ({ detail }) => onProgress(detail) })
    twin.registerApplication({
      ...applicationOf(twin.outputs, identityProvider),
      ...keysOf(twin, identityProvider),
    })
    return twin
  } catch (error) {
    throw bootTrouble(error, options.templatePath)
  }
}

/** Which hosts there are is known once the template is booted, so it is, without ports, before ports can be given to them. */
async function portsFrom(
  base: number,
  boot: Parameters<typeof bootTwin>[0],
): Promise<Readonly<Record<string, number>>> {
  const probe = await bootTwin(boot)
  await probe.close()
  return Object.fromEntries(probe.hosts.map((host, at) => [host.name, base + at]))
}

/** The gate as the portal knows it: the template's own outputs, and the attributes that the declaration reads. */
function applicationOf(outputs: Readonly<Record<string, string>>, provider: IdentityProvider | undefined): Application {
  const subject = provider?.subject
  return {
    name: tile,
    acsUrl: outputs.AcsUrl ?? '',
    audience: outputs.Audience ?? '',
    attributes: {
      [provider?.groupsAttribute ?? 'groups']: '${user:groups}',
      ...(subject?.from === 'attribute' ? { [subject.attribute]: '${user:subject}' } : {}),
    },
    ...(subject?.from === 'nameId' && subject.format !== undefined
      ? { subject: { value: '${user:subject}', format: subject.format } }
      : {}),
  }
}

/** The gate's public keys, as its administrator fetches and hands over them (step 3 of `docs/deploy.md`). */
function keysOf(
  { outputs, world }: Twin,
  provider: IdentityProvider | undefined,
): Pick<Application, 'encryption' | 'requestCertificate'> {
  const certificate = (use: KeyUse, arn: string | undefined) => {
    const key = world.keys.get(arn ?? '')
    return key && certificateOf(key.pair().publicKey, use, world.now())
  }
  const encryption = provider?.encryptedAssertions && certificate('encryption', outputs.DecryptionKeyArn)
  const requestCertificate = provider?.signedRequests && certificate('signing', outputs.SigningKeyArn)
  const content = provider?.encryptedAssertions === 'aes-gcm' ? 'aes256-gcm' : 'aes256-cbc'
  return {
    ...(encryption === undefined ? {} : { encryption: { certificate: encryption, content, oaep: 'sha1' } }),
    ...(requestCertificate === undefined ? {} : { requestCertificate }),
  }
}

/** The first identity provider of a declaration: the twin's directory plays it. */
export function playedProvider(intent: Intent): IdentityProvider | undefined {
  return intent.identityProviders[0]
}

/** Errors of the twin that a person can do something about, by name, with what to do. */
const bootErrors: Readonly<Record<string, string>> = {
  DeployError: 'correct the template, or write it anew with `studio-gate synth`',
  PolicySyntaxError: 'correct the policy, or write it anew with `studio-gate synth`',
  TemplateError: 'correct the template, or write it anew with `studio-gate synth`',
  ProxyPortError: 'choose other ports with --port-base, or leave it out for any free ones',
}

/** What the twin says of a template or a policy as `Trouble`; any other error as it is. */
export function bootTrouble(error: unknown, template: string): unknown {
  const todo = error instanceof Error && Object.hasOwn(bootErrors, error.name) ? bootErrors[error.name] : undefined
  if (!(error instanceof Error) || todo === undefined) return error
  // Some name the place themselves: a file, or a path into the template.
  const path = 'path' in error && typeof error.path === 'string' ? error.path : ''
  const what =
    path !== '' && error.message.startsWith(`${path}: `) ? error.message.slice(path.length + 2) : error.message
  const where = isAbsolute(path) ? shownPath(path) : [shownPath(template), path].filter(Boolean).join(': ')
  return new Trouble(what, where, todo, exitCodes.badInput, error)
}

/** `name=setting`, checked against the table of switches. Throws `Trouble` with the names or settings that exist. */
export function parseSwitches(given: readonly string[]): Partial<Switches> {
  return Object.fromEntries(
    given.map((each) => {
      const [name = '', setting = ''] = each.split('=', 2)
      const table: Readonly<Record<string, { readonly settings: readonly string[] }>> = switchTable
      const row = Object.hasOwn(table, name) ? table[name] : undefined
      const where = `--switch ${each}`
      if (row === undefined) {
        const names = Object.keys(table)
        throw new Trouble(
          `there is no switch \`${name}\``,
          where,
          suggestion(name, names) ?? `take one of ${names.join(', ')}`,
          exitCodes.usage,
        )
      }
      if (!row.settings.includes(setting))
        throw new Trouble(
          `\`${setting}\` is no setting of ${name}`,
          where,
          `take one of ${row.settings.join(', ')}`,
          exitCodes.usage,
        )
      return [name, setting]
    }),
  )
}

/** A file that must be there before anything is started. */
export function requireFile(path: string, option: string, todo: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) throw new Trouble('there is no such file', `${option} ${path}`, todo)
  if (found.isDirectory()) throw new Trouble('this is a folder, and a file is needed', `${option} ${path}`, todo)
  return path
}

/** How to sit at each host with a browser, `curl` and the `aws` CLI. The credentials exist in the twin only. */
export async function describeSeats(
  twin: Twin,
  people: readonly { readonly name: string; readonly password: string }[],
  terminal: Terminal,
): Promise<void> {
  const { line, style } = terminal
  const bold = (text: string) => style('bold', text)
  const [first] = people
  const seat = twin.hosts.find((host) => host.kind !== 'function' && host.subnet !== undefined) ?? twin.hosts[0]
  if (seat === undefined) return
  line(bold('Hosts'))
  terminal.table(
    [
      { title: 'host', least: 10 },
      { title: 'kind', least: 8 },
      { title: 'address', least: 9 },
      { title: 'subnet', least: 8 },
      { title: 'proxy', least: 22 },
    ],
    twin.hosts.map((host) =>
      [host.name, host.kind, host.address, host.subnet?.cidr ?? '-', host.proxyUrl].map((text) => ({ text })),
    ),
  )
  line()
  line(bold('People of the access portal'))
  for (const person of people) line(`  ${person.name}  password ${person.password}`)
  line()
  line(`${bold('With a browser')}, as somebody at ${seat.name} (another host: its proxy):`)
  line(`  google-chrome --user-data-dir="$(mktemp -d)" --proxy-server=${seat.proxyUrl} \\`)
  line(
    `    --ignore-certificate-errors-spki-list=${authoritySpki(readFileSync(twin.caFile, 'utf8'))} ${twin.portalUrl}`,
  )
  line(`  then sign in${first ? ` as ${first.name}` : ''} and click ${tile}`)
  line()
  line(`${bold('With curl')}:`)
  line(`  curl --proxy ${seat.proxyUrl} --cacert ${twin.caFile} ${twin.portalUrl}`)
  line(
    `  curl --proxy ${seat.proxyUrl} --cacert ${twin.caFile} --data-urlencode SAMLResponse@FILE ${twin.outputs.AcsUrl}`,
  )
  line()
  line(`${bold('With the aws CLI')}, as an administrator of the twin's account:`)
  const credential = twin.credentials({ administrator: true })
  // Version 1 of the CLI reads AWS_DEFAULT_REGION only; in version 2 an AWS_REGION of the shell would win over it.
  const { region } = twin.world
  line(
    `  export HTTPS_PROXY=${seat.proxyUrl} AWS_CA_BUNDLE=${twin.caFile} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
  )
  line(
    `  export AWS_ACCESS_KEY_ID=${credential.accessKeyId} AWS_SECRET_ACCESS_KEY=${credential.secretAccessKey}${credential.sessionToken === undefined ? '' : ` AWS_SESSION_TOKEN=${credential.sessionToken}`}`,
  )
  const { DomainId } = twin.outputs
  line(
    `  aws sagemaker create-presigned-domain-url --domain-id ${DomainId} --user-profile-name ${first?.name ?? 'NAME'}`,
  )
}

/** Resolves when the person has pressed Ctrl-C. */
export function untilStopped({ stop, terminal }: Session): Promise<void> {
  terminal.note('\nCtrl-C stops it.')
  return new Promise((resolve) => {
    if (stop.aborted) resolve()
    // A signal's listener alone does not keep the process alive.
    const alive = setInterval(() => undefined, 60_000)
    stop.addEventListener(
      'abort',
      () => {
        clearInterval(alive)
        resolve()
      },
      { once: true },
    )
  })
}
