import { z } from 'zod'
import { durationOf, durationPattern, secondsOf } from './duration.ts'
import { inList } from './near.ts'
import { asText, asWritten, complaint, isMap } from './wording.ts'

/**
 * The table of every setting: what it may be, what it means, what holds without it. The checks, the types, the JSON Schema and the
 * settings reference all follow from it; a `title` says what a value may be, in the words of a message or of a table cell.
 */

function text(matches: RegExp, says: string, longest = 1024) {
  const error = complaint(says, 'change it to one of the allowed forms')
  return z.string().regex(matches, { error }).max(longest, { error }).meta({ title: says })
}

/** Written with units, read as seconds; both ends are included. */
function duration(from: number, to: number) {
  const [least, most] = [durationOf(from), durationOf(to)]
  const error = (fix: string): string => complaint(`${least} to ${most}, such as ${most}`, fix)
  const unit = (input: unknown): string =>
    typeof input === 'number' ? `write a unit: h, m or s, such as ${asWritten}s` : asText(input)
  return z
    .string({ error: ({ input }) => error(unit(input)) })
    .regex(durationPattern, { error: error('write hours, minutes, seconds in this order, such as 1h30m') })
    .refine((written) => secondsOf(written) >= from, { error: error(`write at least ${least}`) })
    .refine((written) => secondsOf(written) <= to, { error: error(`write at most ${most}`) })
    .meta({ title: `\`${least}\` to \`${most}\`` })
    .transform(secondsOf)
}

/** Names chosen by the administrator, each with a value of the same shape; `check` judges the names themselves. */
function named<Value extends z.ZodType>(value: Value) {
  return z
    .record(z.string(), value)
    .meta({ minProperties: 1, propertyNames: { pattern: namePattern.source, maxLength: longestName } })
}

/** A record in which exactly one of these keys stands. */
function exactlyOne<Shape extends z.core.$ZodLooseShape>(keys: readonly (keyof Shape & string)[], shape: Shape) {
  const title = `exactly one of ${inList(keys)}`
  const one = z.strictObject(shape).superRefine(
    (value: Readonly<Record<string, unknown>>, context) => {
      const found = keys.filter((key) => value[key] !== undefined)
      if (found.length === 1) return
      const fix = found.length === 0 ? 'add one' : 'keep one; several kinds are several entries'
      const params = { found: found.length === 0 ? 'none of them' : inList(found) }
      context.addIssue({ code: 'custom', message: complaint(title, fix), params })
    },
    { when: ({ value }) => isMap(value) },
  )
  return one.meta({ title, oneOf: keys.map((key) => ({ required: [key] })) })
}

/** Names of rules, networks and the like: they go into role and profile names, where a double hyphen separates the parts. */
const namePattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const longestName = 32
export const nameSays = `lower-case letters, digits and single hyphens, a letter first, at most ${longestName} characters`
export const name = text(namePattern, nameSays, longestName)
/** What a reference leads to is judged with the whole file in view; a typo in it then gets a suggestion. */
const reference = text(/^\S+$/, 'a name of this file', 256)
const anyText = text(/^\S(.*\S)?$/, 'text without spaces around it', 256)
const uri = text(/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/, 'a URI')
const endpoint = text(
  /^(deployed|vpce-[0-9a-f]{8,17})$/,
  '`deployed` (the Studio endpoint of this deployment) or an endpoint id such as `vpce-0123456789abcdef0`',
)
const vpc = text(
  /^(deployed|vpc-[0-9a-f]{8,17})$/,
  '`deployed` (the VPC of this deployment) or a VPC id such as `vpc-0123456789abcdef0`',
)
/** Whether it is an address block, and of which kind, is judged beside the other networks. */
const cidr = text(/^[0-9A-Fa-f:.]+\/\d{1,3}$/, 'an address block such as `10.1.0.0/16`')
const cidrs = z
  .union([cidr, z.array(cidr).min(1)])
  .meta({ title: 'an address block such as `10.1.0.0/16`, or a list' })
  .optional()

/** As browsers write it (RFC 6454 section 6.2): nothing after the port, which is left out where it is 443. */
const origin = text(
  /^https:\/\/[a-z0-9]+([.-][a-z0-9]+)*(:(?!443$)[1-9]\d{0,4})?$/,
  'an origin as browsers send it: `https://`, a lower-case host name, a port unless it is 443, and nothing behind, such as `https://portal.example.org`',
)

/** Roles only: a user or the root user has credentials that others can make or reset. */
const administrator = text(
  /^arn:(aws[a-z-]*|\*):iam::(\d{12}|\*):role\/(?=.*[A-Za-z0-9])[\w+=,.@/*?-]+$/,
  'the ARN of a role, in which `*` and `?` may stand for parts of its account and name but not for all of the name, such as `arn:aws:iam::111122223333:role/platform-*`',
)

const identityProvider = z.strictObject({
  metadata: text(
    /^(?![/\\])(?!\w+:).+$/,
    'a file name relative to the declaration; what has a URL is downloaded first',
  ).describe(
    'File with the SAML metadata of the identity provider, beside the declaration. While it is absent the gate refuses everyone of this provider: that is how a first deployment looks, before the application at the provider exists.',
  ),
  requiredSignature: z
    .enum(['response', 'assertion', 'both', 'either'])
    .default('both')
    .describe('Which signatures must be there. Every signature that is there must be valid.'),
  clockSkew: duration(0, 180).prefault('60s').describe('How far the clocks of provider and gate may be apart.'),
  subject: z
    .union([
      z.literal('nameId'),
      exactlyOne(['nameIdFormat', 'attribute'], {
        nameIdFormat: uri.optional().describe('The NameID, which must then have this format.'),
        attribute: anyText.optional().describe('The one value of this attribute.'),
      }),
    ])
    .meta({ title: '`nameId`, or a map with exactly one of `nameIdFormat`, `attribute`' })
    .default('nameId')
    .describe(
      'What identifies a person for good; user profiles belong to it. `nameId`, or a map with `nameIdFormat` or `attribute`. Never choose something that is given to another person later, such as an e-mail address.',
    ),
  groupsAttribute: anyText
    .optional()
    .describe('Attribute that lists the groups of a person. Without it, rules of this provider cannot name groups.'),
  signInRequests: z
    .enum(['redirect', 'post'])
    .optional()
    .describe(
      'Sign-in can start at the gate, `GET /login/<name>`: it sends the browser with a request to the provider, by this binding, and takes the answer once and from that browser only.',
    ),
  signedRequests: z
    .literal('rsa-sha256')
    .optional()
    .describe(
      'Requests are signed, with a key in AWS KMS that the deployment makes and nobody can take out. Only with `signInRequests`. Without it they are not signed.',
    ),
  unsolicited: z
    .literal('accepted')
    .optional()
    .describe(
      'Sign-in can start at the portal: a response that answers no request of the gate is accepted. Any page can bring such a response into a browser (login CSRF); see `unsolicitedFrom`. Without it such responses are refused, and `signInRequests` is needed.',
    ),
  unsolicitedFrom: z
    .array(origin)
    .min(1)
    .optional()
    .describe(
      'Origins from whose pages a browser may bring a sign-in that the gate did not ask for: those of the portal and of the page that posts. Others are refused, and so is a browser that hides its origin (`null`) or sends none. Without it, the origin is not looked at. Look at the `Origin` header of one sign-in before setting it: pages with the referrer policy `no-referrer`, as those of Keycloak have it, send `null`.',
    ),
  encryptedAssertions: z
    .enum(['aes-gcm', 'aes-gcm-or-unauthenticated-aes-cbc'])
    .optional()
    .describe(
      'Assertions may come encrypted, to a key in AWS KMS that the deployment makes and nobody can take out; by RSA-OAEP, with SHA-1 for both of its uses or SHA-256 for both. The Response around them must then be signed, whatever `requiredSignature` says; `both` and `assertion` ask for a signature inside as well. AES-CBC does not protect what it encrypts from being changed, only the signature of the Response does: its name says so. Without it encrypted assertions are refused.',
    ),
})

const network = exactlyOne(['endpoint', 'vpc', 'privateCidr', 'publicCidr'], {
  endpoint: endpoint.optional().describe('Every browser that arrives through this VPC endpoint.'),
  vpc: vpc.optional().describe('Every browser that arrives from this VPC.'),
  privateCidr: cidrs.describe('Private addresses of browsers; together with `through`.'),
  through: exactlyOne(['endpoint', 'vpc'], {
    endpoint: endpoint.optional().describe('The VPC endpoint that the browsers arrive through.'),
    vpc: vpc.optional().describe('The VPC that the browsers arrive from.'),
  })
    .optional()
    .describe('Where the private addresses count: the same ones exist in other VPCs too. Only with `privateCidr`.'),
  publicCidr: cidrs.describe(
    'Public addresses of browsers on the internet. A rule needs another network beside it: the gate is private, and nobody on the internet can reach it to sign in.',
  ),
})

function effect<Word extends string>(word: Word) {
  return z.literal(word).describe('`deny` wins over every `allow`, whatever their order.')
}

const deny = z.strictObject({
  name: name.describe('For messages, the audit log and `profiles`.'),
  effect: effect('deny'),
  identityProvider: reference.describe('Name of an identity provider.'),
  groups: z
    .array(anyText)
    .min(1)
    .optional()
    .describe(
      'Applies to members of any of these groups; without it, to everyone of the identity provider. An allow rule compares names exactly; a deny rule passes over case, Unicode form, invisible characters and white space around them.',
    ),
  domain: reference.describe('Name of a domain.'),
  from: z
    .array(reference)
    .min(1)
    .describe('Names of networks. Studio can be opened and used from these and nowhere else.'),
})

/** A rule that lets people in; a rule that does not say its effect is checked as one. */
export const allow = deny.extend({
  effect: effect('allow'),
  executionRole: reference.describe('Name of an execution role.'),
  session: duration(1800, 43200).prefault('8h').describe('How long Studio stays open after a sign-in.'),
  profileSuffix: name
    .optional()
    .describe('Appended to the user profile name, so that one person can hold several profiles in a domain.'),
  landingUri: text(
    /^(studio:|app:(JupyterServer|JupyterLab|RStudioServerPro|CodeEditor|Canvas)):(?!\/|%2[fF]|%5[cC])[\w.~!$&'()*+,;=:@%/?#-]*$/,
    '`studio::path` or `app:<JupyterServer, JupyterLab, RStudioServerPro, CodeEditor or Canvas>:path`, the path empty or relative, never with a slash or backslash first',
    1023,
  )
    .default('studio::')
    .describe('Where Studio opens.'),
})

const profile = z.strictObject({
  subject: anyText.describe('The subject as the identity provider will send it.'),
  rule: reference.describe('Name of the allow rule that the person signs in by.'),
})

/** The whole file. */
export const declaration = z.strictObject({
  version: z
    .literal(1, { error: complaint('the number 1', 'write `version: 1`, or leave it out') })
    .default(1)
    .describe('Version of this vocabulary.'),
  name: name.describe('Name of this gate; the default of `audience` is made from it.'),
  audience: uri
    .optional()
    .describe(
      'Service provider entity id, which identity providers put into `Audience`. Without it `urn:studio-gate:<name>`.',
    ),
  acsUrlForm: z
    .enum(['endpoint-alias', 'private-dns'])
    .default('endpoint-alias')
    .describe(
      'Form of the URL that receives sign-ins. `private-dns` makes every public API of API Gateway unreachable from the VPC.',
    ),
  urlLifetime: duration(5, 300).prefault('60s').describe('How long the URL that a sign-in ends in may be opened.'),
  identityProviders: named(identityProvider).describe('Who may say who somebody is.'),
  networks: named(network).describe(
    'Where browsers are. Each network has exactly one of `endpoint`, `vpc`, `privateCidr`, `publicCidr`.',
  ),
  domains: named(
    text(
      /^(deployed|d-(-*[a-z0-9]){1,61})$/,
      '`deployed` (the domain of this deployment) or the id of an existing one such as `d-abc123`',
    ),
  )
    .default({ main: 'deployed' })
    .describe('Studio domains: `deployed`, or the id of an existing one.'),
  executionRoles: named(
    text(
      /^(deployed|arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+)$/,
      '`deployed` (made by this deployment) or the ARN of a role',
    ),
  ).describe(
    'Roles that notebooks work with: `deployed`, or the ARN of a role to which you attach the permissions boundary yourself. An execution role serves rules of one domain and one set of networks.',
  ),
  rules: z
    .array(z.discriminatedUnion('effect', [allow, deny]))
    .min(1)
    .describe('Who may open what from where. Deny wins; among allows for one person the first in the file.'),
  trustedAdministrators: z
    .array(administrator)
    .min(1)
    .optional()
    .describe(
      'Roles that may change what the walls consist of: the roles and policies of the gate, its endpoints, function, domain and stack. The service control policy then keeps everybody else from it. Name every role that a deployment goes through, that of CloudFormation included. Without it, whoever of the account may change policies is trusted.',
    ),
  profiles: z
    .array(profile)
    .default([])
    .describe('User profiles to make with the deployment; all others are made at the first sign-in.'),
})
