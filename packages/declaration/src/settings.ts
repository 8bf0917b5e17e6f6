import {
  type AllowSettings,
  type Declaration,
  type DenySettings,
  defaults,
  type IdentityProviderSettings,
  type NetworkSettings,
  type ProfileSettings,
} from './declaration.ts'
import { longestName, namePattern, nameSays, type RecordShape, record, type Setting, type Shape } from './shape.ts'

/** The table of every setting: what it may be, what it means, what holds without it. */

const name: Shape = { kind: 'text', matches: namePattern, says: nameSays, longest: longestName }
/** What a reference leads to is judged with the whole file in view; a typo in it then gets a suggestion. */
const reference: Shape = { kind: 'text', matches: /^\S+$/, says: 'a name of this file', longest: 256 }
const anyText: Shape = { kind: 'text', matches: /^\S(.*\S)?$/, says: 'text without spaces around it', longest: 256 }
const uri: Shape = { kind: 'text', matches: /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/, says: 'a URI', longest: 1024 }
const endpoint: Shape = {
  kind: 'text',
  matches: /^(deployed|vpce-[0-9a-f]{8,17})$/,
  says: '`deployed` (the Studio endpoint of this deployment) or an endpoint id such as `vpce-0123456789abcdef0`',
}
const vpc: Shape = {
  kind: 'text',
  matches: /^(deployed|vpc-[0-9a-f]{8,17})$/,
  says: '`deployed` (the VPC of this deployment) or a VPC id such as `vpc-0123456789abcdef0`',
}
/** Whether it is an address block, and of which kind, is judged beside the other networks. */
const cidrs: Shape = {
  kind: 'oneOrMany',
  of: { kind: 'text', matches: /^[0-9A-Fa-f:.]+\/\d{1,3}$/, says: 'an address block such as `10.1.0.0/16`' },
}

const identityProvider = record<IdentityProviderSettings>({
  metadata: {
    shape: {
      kind: 'text',
      matches: /^(?![/\\])(?!\w+:).+$/,
      says: 'a file name relative to the declaration; what has a URL is downloaded first',
    },
    about:
      'File with the SAML metadata of the identity provider, beside the declaration. While it is absent the gate refuses everyone of this provider: that is how a first deployment looks, before the application at the provider exists.',
    required: true,
  },
  requiredSignature: {
    shape: { kind: 'choice', of: ['response', 'assertion', 'both', 'either'] },
    about: 'Which signatures must be there. Every signature that is there must be valid.',
    default: defaults.requiredSignature,
  },
  clockSkew: {
    shape: { kind: 'duration', from: 0, to: 180 },
    about: 'How far the clocks of provider and gate may be apart.',
    default: defaults.clockSkew,
  },
  subject: {
    shape: {
      kind: 'wordOrRecord',
      word: ['nameId'],
      record: {
        kind: 'record',
        settings: {
          nameIdFormat: { shape: uri, about: 'The NameID, which must then have this format.' },
          attribute: { shape: anyText, about: 'The one value of this attribute.' },
        },
        exactlyOne: ['nameIdFormat', 'attribute'],
      },
    },
    about:
      'What identifies a person for good; user profiles belong to it. `nameId`, or a map with `nameIdFormat` or `attribute`. Never choose something that is given to another person later, such as an e-mail address.',
    default: defaults.subject,
  },
  groupsAttribute: {
    shape: anyText,
    about: 'Attribute that lists the groups of a person. Without it, rules of this provider cannot name groups.',
  },
})

const network = record<NetworkSettings>(
  {
    endpoint: { shape: endpoint, about: 'Every browser that arrives through this VPC endpoint.' },
    vpc: { shape: vpc, about: 'Every browser that arrives from this VPC.' },
    privateCidr: { shape: cidrs, about: 'Private addresses of browsers; together with `through`.' },
    through: {
      shape: record<NonNullable<NetworkSettings['through']>>(
        {
          endpoint: { shape: endpoint, about: 'The VPC endpoint that the browsers arrive through.' },
          vpc: { shape: vpc, about: 'The VPC that the browsers arrive from.' },
        },
        ['endpoint', 'vpc'],
      ),
      about: 'Where the private addresses count: the same ones exist in other VPCs too. Only with `privateCidr`.',
    },
    publicCidr: {
      shape: cidrs,
      about:
        'Public addresses of browsers on the internet. A rule needs another network beside it: the gate is private, and nobody on the internet can reach it to sign in.',
    },
  },
  ['endpoint', 'vpc', 'privateCidr', 'publicCidr'],
)

const scope = {
  name: { shape: name, about: 'For messages, the audit log and `profiles`.', required: true },
  effect: {
    shape: { kind: 'choice', of: ['allow', 'deny'] },
    about: '`deny` wins over every `allow`, whatever their order.',
    required: true,
  },
  identityProvider: { shape: reference, about: 'Name of an identity provider.', required: true },
  groups: {
    shape: { kind: 'list', of: anyText, least: 1 },
    about: 'Applies to members of any of these groups; without it, to everyone of the identity provider.',
  },
  domain: { shape: reference, about: 'Name of a domain.', required: true },
  from: {
    shape: { kind: 'list', of: reference, least: 1 },
    about: 'Names of networks. Studio can be opened and used from these and nowhere else.',
    required: true,
  },
} as const satisfies Readonly<Record<string, Setting>>

const allow = record<AllowSettings>({
  ...scope,
  executionRole: { shape: reference, about: 'Name of an execution role.', required: true },
  session: {
    shape: { kind: 'duration', from: 1800, to: 43200 },
    about: 'How long Studio stays open after a sign-in.',
    default: defaults.session,
  },
  profileSuffix: {
    shape: name,
    about: 'Appended to the user profile name, so that one person can hold several profiles in a domain.',
  },
  landingUri: {
    shape: {
      kind: 'text',
      matches:
        /^(studio:|app:(JupyterServer|JupyterLab|RStudioServerPro|CodeEditor|Canvas)):(?!\/|%2[fF]|%5[cC])[\w.~!$&'()*+,;=:@%/?#-]*$/,
      says: '`studio::path` or `app:<JupyterServer, JupyterLab, RStudioServerPro, CodeEditor or Canvas>:path`, the path empty or relative, never with a slash or backslash first',
      longest: 1023,
    },
    about: 'Where Studio opens.',
    default: defaults.landingUri,
  },
})

const deny = record<DenySettings>(scope)

/** The whole file. */
export const declaration: RecordShape = record<Declaration>({
  version: { shape: { kind: 'version', is: 1 }, about: 'Version of this vocabulary.', default: defaults.version },
  name: { shape: name, about: 'Name of this gate; the default of `audience` is made from it.', required: true },
  audience: {
    shape: uri,
    about:
      'Service provider entity id, which identity providers put into `Audience`. Without it `urn:studio-gate:<name>`.',
  },
  acsUrlForm: {
    shape: { kind: 'choice', of: ['endpoint-alias', 'private-dns'] },
    about:
      'Form of the URL that receives sign-ins. `private-dns` makes every public API of API Gateway unreachable from the VPC.',
    default: defaults.acsUrlForm,
  },
  urlLifetime: {
    shape: { kind: 'duration', from: 5, to: 300 },
    about: 'How long the URL that a sign-in ends in may be opened.',
    default: defaults.urlLifetime,
  },
  identityProviders: {
    shape: { kind: 'named', of: identityProvider, least: 1 },
    about: 'Who may say who somebody is.',
    required: true,
  },
  networks: {
    shape: { kind: 'named', of: network, least: 1 },
    about: 'Where browsers are. Each network has exactly one of `endpoint`, `vpc`, `privateCidr`, `publicCidr`.',
    required: true,
  },
  domains: {
    shape: {
      kind: 'named',
      of: {
        kind: 'text',
        matches: /^(deployed|d-(-*[a-z0-9]){1,61})$/,
        says: '`deployed` (the domain of this deployment) or the id of an existing one such as `d-abc123`',
      },
      least: 1,
    },
    about: 'Studio domains: `deployed`, or the id of an existing one.',
    default: defaults.domains,
  },
  executionRoles: {
    shape: {
      kind: 'named',
      of: {
        kind: 'text',
        matches: /^(deployed|arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+)$/,
        says: '`deployed` (made by this deployment) or the ARN of a role',
      },
      least: 1,
    },
    about:
      'Roles that notebooks work with: `deployed`, or the ARN of a role to which you attach the permissions boundary yourself. An execution role serves rules of one domain and one set of networks.',
    required: true,
  },
  rules: {
    shape: { kind: 'list', of: { kind: 'variants', by: 'effect', of: { allow, deny } }, least: 1 },
    about: 'Who may open what from where. Deny wins; among allows for one person the first in the file.',
    required: true,
  },
  profiles: {
    shape: {
      kind: 'list',
      of: record<ProfileSettings>({
        subject: { shape: anyText, about: 'The subject as the identity provider will send it.', required: true },
        rule: { shape: reference, about: 'Name of the allow rule that the person signs in by.', required: true },
      }),
      least: 0,
    },
    about: 'User profiles to make with the deployment; all others are made at the first sign-in.',
  },
})
