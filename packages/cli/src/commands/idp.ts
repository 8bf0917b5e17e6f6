import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { IdentityProvider, Intent } from '@studio-gate/policy'
import { CertificateError } from '@studio-gate/saml'
import { type Command, text, type Values } from '../command.ts'
import { declarationPath, loadDeclaration } from '../declaration-file.ts'
import { gateMetadata } from '../gate-metadata.ts'
import { fillGuide, guides } from '../idp-guides.ts'
import { shownPath } from '../shown-path.ts'
import { suggestion } from '../suggestion.ts'
import { exitCodes, Trouble } from '../trouble.ts'

/** `studio-gate idp`: what to enter at the identity provider, for each kind that is described. */
export const idp: Command = {
  name: 'idp',
  summary: 'Prints what to enter at the identity provider: ACS URL, audience, attribute mappings.',
  details: [
    'For IAM Identity Center, Okta, Microsoft Entra ID and Keycloak. Before the first deployment the ACS URL is not known yet: ' +
      'deploy without metadata first, then give the outputs of that deployment.',
  ],
  options: {
    declaration: {
      type: 'string',
      value: 'FILE',
      about: 'the declaration (default: studio-gate.yaml here, else the example)',
    },
    outputs: {
      type: 'string',
      value: 'FILE',
      about:
        'the outputs of the deployed stack, as `aws cloudformation describe-stacks` or `cdk deploy --outputs-file` writes them',
    },
    metadata: {
      type: 'string',
      value: 'FILE',
      about: "writes the gate's own SAML metadata there, for providers that take a file; needs --outputs",
    },
    provider: { type: 'string', value: 'NAME', about: 'for this identity provider only (default: for all)' },
    'encryption-certificate': {
      type: 'string',
      value: 'FILE',
      about: 'of the key that assertions are encrypted to, for the metadata; see `studio-gate certificate`',
    },
    'signing-certificate': { type: 'string', value: 'FILE', about: 'of the key that signs requests, likewise' },
  },
  examples: [
    'aws cloudformation describe-stacks --stack-name StudioGate > outputs.json',
    'studio-gate idp --declaration studio-gate.yaml --outputs outputs.json',
    'studio-gate idp --declaration studio-gate.yaml --outputs outputs.json --metadata gate-metadata.xml',
    'studio-gate idp --outputs outputs.json --metadata gate-metadata.xml --encryption-certificate gate-encryption.pem',
  ],
  async run(values, _, { terminal }) {
    const intent = await loadDeclaration(declarationPath(text(values, 'declaration')), terminal)
    const providers = wantedProviders(intent, text(values, 'provider'))
    const file = text(values, 'outputs')
    const metadata = text(values, 'metadata')
    if (metadata !== undefined && file === undefined)
      throw new Trouble(
        'the metadata needs the ACS URL, which is known after the deployment',
        '--metadata',
        'give --outputs as well',
        exitCodes.usage,
      )
    const outputs = file === undefined ? {} : readOutputs(resolve(file))
    if (file === undefined)
      terminal.note('note: the ACS URL is known after the deployment; give --outputs to fill it in')
    if (metadata !== undefined) {
      const { AcsUrl = '', Audience = intent.audience } = outputs
      writeFileSync(resolve(metadata), metadataOf(providers, AcsUrl, Audience, values))
      terminal.note(`note: the gate's metadata is in ${shownPath(resolve(metadata))}`)
    }
    for (const provider of providers) {
      for (const guide of guides) {
        terminal.line(terminal.style('bold', `${guide.title}, as ${provider.name}`))
        terminal.line(guide.where)
        terminal.table(
          [
            { title: 'field', least: 20 },
            { title: 'value', least: 30 },
          ],
          fillGuide(guide, {
            acsUrl: outputs.AcsUrl ?? acsUrlForms[intent.acsUrlForm],
            audience: outputs.Audience ?? intent.audience,
            subject: provider.subject,
            requiredSignature: provider.requiredSignature,
            encrypted: provider.encryptedAssertions !== undefined,
            signedRequests: provider.signedRequests !== undefined,
            ...(provider.groupsAttribute === undefined ? {} : { groupsAttribute: provider.groupsAttribute }),
          }).map(({ field, value }) => [{ text: field }, { text: value }]),
        )
        terminal.line(`Metadata for the declaration: ${guide.metadata}.`)
        if (provider.signInRequests !== undefined) {
          const acsUrl = outputs.AcsUrl ?? acsUrlForms[intent.acsUrlForm]
          terminal.line(
            `Start URL, if the tile is to begin at the gate: ${acsUrl.replace(/saml$/, `login/${provider.name}`)}`,
          )
        }
        terminal.line()
      }
    }
    return exitCodes.ok
  },
}

function wantedProviders({ identityProviders }: Intent, name: string | undefined): readonly IdentityProvider[] {
  if (name === undefined) return identityProviders
  const found = identityProviders.filter((provider) => provider.name === name)
  if (found.length > 0) return found
  const names = identityProviders.map((provider) => provider.name)
  throw new Trouble(
    `there is no identity provider \`${name}\``,
    `--provider ${name}`,
    suggestion(name, names) ?? `take one of ${names.join(', ')}`,
    exitCodes.usage,
  )
}

/** One document says one thing to all who read it, so providers that want different things get one each. */
function metadataOf(providers: readonly IdentityProvider[], acsUrl: string, audience: string, values: Values): string {
  const wishes = [
    ['encryptedAssertions', 'encryption-certificate'],
    ['signedRequests', 'signing-certificate'],
  ] as const
  const certificates = wishes.map(([setting, option]) => {
    const wanting = providers.filter((provider) => provider[setting] !== undefined)
    if (wanting.length === 0) return undefined
    const trouble = (what: string, todo: string) => new Trouble(what, '--metadata', todo, exitCodes.usage)
    if (wanting.length < providers.length)
      throw trouble(`not all identity providers have \`${setting}\``, 'write one file for each, with --provider NAME')
    const given = text(values, option)
    if (given === undefined)
      throw trouble(
        `\`${setting}\` needs a certificate in the metadata`,
        `give --${option}, which \`studio-gate certificate\` writes`,
      )
    return readFileSync(resolve(given), 'utf8')
  })
  const [encryptionCertificate, signingCertificate] = certificates
  if (encryptionCertificate !== undefined && encryptionCertificate === signingCertificate)
    throw new Trouble('both certificates are the same', '--metadata', 'give each key its own', exitCodes.usage)
  try {
    return gateMetadata(providers, { acsUrl, audience, encryptionCertificate, signingCertificate })
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    throw new Trouble(error.message, '--metadata', 'give certificates as `studio-gate certificate` writes them')
  }
}

/** Row 4.11, with what only a deployment knows in angle brackets. */
const acsUrlForms = {
  'endpoint-alias': 'https://<api id>-<endpoint id>.execute-api.<Region>.amazonaws.com/gate/saml',
  'private-dns': 'https://<api id>.execute-api.<Region>.amazonaws.com/gate/saml',
} as const

/** Outputs by name from any of the three forms in which AWS's tools write them. Throws `Trouble` where `AcsUrl` is missing. */
export function readOutputs(path: string): Readonly<Record<string, string>> {
  const todo = 'give what `aws cloudformation describe-stacks --stack-name NAME` prints'
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) throw new Trouble('this is not JSON', path, todo)
    throw error
  }
  const found = [...candidates(json)].find((outputs) => 'AcsUrl' in outputs)
  if (found === undefined) throw new Trouble('there is no output named AcsUrl', path, todo)
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

function* candidates(json: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (typeof json !== 'object' || json === null) return
  const record = json as Readonly<Record<string, unknown>>
  yield record
  for (const value of Object.values(record)) if (!Array.isArray(value)) yield* candidates(value)
  for (const stack of list(record.Stacks)) yield outputsOf(stack)
}

function outputsOf(stack: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(list(stack.Outputs).map((output) => [String(output.OutputKey), output.OutputValue]))
}

function list(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : []
}
