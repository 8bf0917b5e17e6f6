/** A response that any identity provider might send, as a tree, with what it says. */
import type { Random } from '../random.ts'
import type { Node } from './writing.ts'
import { shuffled } from './writing.ts'

/** Who the parties are, and when it is. Milliseconds since the epoch. */
export const scene = {
  idp: 'https://idp.example/saml?tenant=1&amp',
  sp: 'https://gate.example/audience',
  acs: 'https://gate.example/gate/saml',
  now: Date.UTC(2026, 2, 1, 12, 0, 0, 250),
} as const

/** What the response says, in the form of a `VerifiedAssertion`. */
export interface Said {
  readonly id: string
  readonly issuer: string
  readonly nameId?: Readonly<Record<string, string>>
  readonly attributes: ReadonlyMap<string, readonly string[]>
  readonly inResponseTo?: string
  readonly sessionIndex?: string
  readonly authnInstant: number
  readonly sessionNotOnOrAfter?: number
  readonly notOnOrAfter: number
  readonly oneTimeUse: boolean
}

export interface Composed {
  readonly root: Node
  readonly said: Said
}

const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
const entity = 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity'
const success = 'urn:oasis:names:tc:SAML:2.0:status:Success'

const people = ['alice', 'alice@example.com', 'Alice Ünïcode, alice', 'alice 愛 𝒜', 'o\'alice "a" <b> & c', 'alice;b|c']
const values = [
  '',
  'alice',
  'research & development',
  '<admin/>',
  ' spaces ',
  'two\nlines',
  'tab\there',
  'carriage\rreturn',
  'é𝒜愛',
  ']] >',
  'a,b;c|d',
  '&amp;',
  '\u200bzero',
  'it\'s "quoted"',
]
const attributeNames = [
  'username',
  'groups',
  'Role',
  'urn:oid:0.9.2342.19200300.100.1.1',
  'constructor',
  'a b',
  'naïve',
]

/** A user's response. The same random numbers give the same response for another user, but for names and identifiers. */
export function compose(user: string, signsResponse: boolean, random: Random): Composed {
  const maybe = <T>(value: T): T | undefined => (random.below(2) === 0 ? value : undefined)
  const time = (seconds: number) => timeOf(seconds, random)
  const named = (text: string) => text.replaceAll('alice', user)
  const [answer, id] = [`_r-${user}.${random.below(1e6)}`, `_a-${user}.${random.below(1e6)}`]
  const request = maybe(`_request-${random.below(100)}`)
  const issuer = (): Node => ({
    namespace: 'saml',
    name: 'Issuer',
    attributes: { Format: maybe(entity) },
    content: scene.idp,
  })
  const nameId = random.below(5) === 0 ? undefined : nameIdOf(named(random.pick(people)), random)
  const [end, delivery, session] = [time(60 + random.below(3_300)), time(60 + random.below(3_300)), time(86_400)]
  const oneTimeUse = random.below(5) === 0
  const authenticated = time(-random.below(4_000))
  const [sessionIndex, sessionEnds] = [maybe(`_s ${random.below(1e6)} & "more"`), random.below(2) === 0]
  const statement = attributesOf(named, random)
  const assertion: Node = {
    namespace: 'saml',
    name: 'Assertion',
    attributes: { Version: '2.0', ID: id, IssueInstant: time(-random.below(200)).text },
    content: [
      issuer(),
      ...shuffled(
        [
          subjectOf(nameId, { InResponseTo: request, NotOnOrAfter: delivery.text }, random),
          conditionsOf(end.text, maybe(time(-random.below(300)).text), oneTimeUse, random),
          ...(random.below(6) === 0 ? [advice] : []),
          authenticationOf(
            {
              AuthnInstant: authenticated.text,
              SessionIndex: sessionIndex,
              SessionNotOnOrAfter: sessionEnds ? session.text : undefined,
            },
            random,
          ),
          ...statement.nodes,
        ],
        random,
      ),
    ],
  }
  const root: Node = {
    namespace: 'samlp',
    name: 'Response',
    attributes: {
      Version: '2.0',
      ID: answer,
      IssueInstant: time(-random.below(200)).text,
      Destination: signsResponse ? scene.acs : maybe(scene.acs),
      InResponseTo: request,
      Consent: maybe('urn:oasis:names:tc:SAML:2.0:consent:unspecified'),
    },
    content: [
      // Behind it the signature belongs.
      ...(signsResponse || random.below(4) > 0 ? [issuer()] : []),
      ...(random.below(6) === 0 ? [extensions(named)] : []),
      statusOf(random),
      assertion,
    ],
  }
  const said: Said = {
    id,
    issuer: scene.idp,
    ...(nameId === undefined ? {} : { nameId: nameId.said }),
    attributes: statement.attributes,
    ...(request === undefined ? {} : { inResponseTo: request }),
    ...(sessionIndex === undefined ? {} : { sessionIndex }),
    authnInstant: authenticated.at,
    ...(sessionEnds ? { sessionNotOnOrAfter: session.at } : {}),
    notOnOrAfter: Math.min(end.at, delivery.at),
    oneTimeUse,
  }
  return { root, said }
}

interface Time {
  readonly text: string
  /** Milliseconds since the epoch, as the text says. */
  readonly at: number
}

/** Some seconds from now, with fractions as products write them. */
function timeOf(seconds: number, random: Random): Time {
  const at = scene.now + seconds * 1_000
  const iso = new Date(at).toISOString()
  const whole = Math.floor(at / 1_000) * 1_000
  return random.pick([
    { text: iso, at },
    { text: iso.replace(/\.[0-9]+/, ''), at: whole },
    { text: iso.replace('Z', '9876Z'), at },
    { text: iso.replace(/\.[0-9]+/, '.0'), at: whole },
  ])
}

function nameIdOf(value: string, random: Random): { readonly node: Node; readonly said: Record<string, string> } {
  const some = (text: string) => (random.below(3) === 0 ? text : undefined)
  const Format = some(`urn:oasis:names:tc:SAML:2.0:nameid-format:${random.pick(['persistent', 'transient'])}`)
  const [NameQualifier, SPNameQualifier] = [some(scene.idp), some(scene.sp)]
  const said = {
    value,
    ...(Format === undefined ? {} : { format: Format }),
    ...(NameQualifier === undefined ? {} : { nameQualifier: NameQualifier }),
    ...(SPNameQualifier === undefined ? {} : { spNameQualifier: SPNameQualifier }),
  }
  const attributes = { Format, NameQualifier, SPNameQualifier }
  return { node: { namespace: 'saml', name: 'NameID', attributes, content: value }, said }
}

function subjectOf(
  nameId: { readonly node: Node } | undefined,
  data: Readonly<Record<string, string | undefined>>,
  random: Random,
): Node {
  const Address = random.below(3) === 0 ? '192.0.2.7\t& more' : undefined
  const confirmation: Node = {
    namespace: 'saml',
    name: 'SubjectConfirmation',
    attributes: { Method: bearer },
    content: [
      { namespace: 'saml', name: 'SubjectConfirmationData', attributes: { ...data, Recipient: scene.acs, Address } },
    ],
  }
  return {
    namespace: 'saml',
    name: 'Subject',
    content: nameId === undefined ? [confirmation] : [nameId.node, confirmation],
  }
}

function conditionsOf(NotOnOrAfter: string, NotBefore: string | undefined, oneTimeUse: boolean, random: Random): Node {
  const audience = (text: string): Node => ({ namespace: 'saml', name: 'Audience', content: text })
  const restriction = (): Node => ({
    namespace: 'saml',
    name: 'AudienceRestriction',
    content: shuffled([audience(scene.sp), ...(random.below(3) === 0 ? [audience('urn:other')] : [])], random),
  })
  return {
    namespace: 'saml',
    name: 'Conditions',
    attributes: { NotBefore, NotOnOrAfter },
    content: shuffled(
      [
        restriction(),
        ...(random.below(5) === 0 ? [restriction()] : []),
        ...(oneTimeUse ? [{ namespace: 'saml', name: 'OneTimeUse' } as const] : []),
        ...(random.below(6) === 0
          ? [{ namespace: 'saml', name: 'ProxyRestriction', attributes: { Count: '0' } } as const]
          : []),
      ],
      random,
    ),
  }
}

function authenticationOf(attributes: Readonly<Record<string, string | undefined>>, random: Random): Node {
  const content = 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password'
  const context: Node = {
    namespace: 'saml',
    name: 'AuthnContext',
    content: [{ namespace: 'saml', name: 'AuthnContextClassRef', content }],
  }
  const locality: Node = { namespace: 'saml', name: 'SubjectLocality', attributes: { Address: '192.0.2.7' } }
  return {
    namespace: 'saml',
    name: 'AuthnStatement',
    attributes,
    content: random.below(3) === 0 ? [locality, context] : [context],
  }
}

function attributesOf(named: (text: string) => string, random: Random) {
  const attributes = new Map<string, string[]>()
  if (random.below(8) === 0) return { nodes: [], attributes }
  const count = random.pick([0, 1, 2, 3, 5, 8])
  const structured = new Set<string>()
  const content = Array.from({ length: count }, (): Node => {
    const Name = random.pick(attributeNames)
    const held = attributes.get(Name) ?? []
    attributes.set(Name, held)
    const texts = Array.from({ length: random.pick([0, 1, 1, 1, 2, 12]) }, () => named(random.pick(values)))
    held.push(...texts)
    const content: Node[] = texts.map((text) => {
      return { namespace: 'saml', name: 'AttributeValue', typed: random.below(2) === 0, content: text }
    })
    // A value with element content: the whole name is left out.
    if (random.below(12) === 0) {
      structured.add(Name)
      const inner: Node = { namespace: 'saml', name: 'NameID', content: named('alice') }
      content.push({ namespace: 'saml', name: 'AttributeValue', content: [inner] })
    }
    const FriendlyName = random.below(4) === 0 ? `friendly "${Name}"` : undefined
    return { namespace: 'saml', name: 'Attribute', attributes: { Name, FriendlyName }, content }
  })
  for (const name of structured) attributes.delete(name)
  return { nodes: [{ namespace: 'saml', name: 'AttributeStatement', content } as const], attributes }
}

function statusOf(random: Random): Node {
  const inner: Node = { namespace: 'samlp', name: 'StatusCode', attributes: { Value: 'urn:example:fine' } }
  const code: Node = {
    namespace: 'samlp',
    name: 'StatusCode',
    attributes: { Value: success },
    ...(random.below(6) === 0 ? { content: [inner] } : {}),
  }
  const message: Node = { namespace: 'samlp', name: 'StatusMessage', content: 'alright > fine' }
  return { namespace: 'samlp', name: 'Status', content: random.below(4) === 0 ? [code, message] : [code] }
}

const advice: Node = {
  namespace: 'saml',
  name: 'Advice',
  content: [{ namespace: 'saml', name: 'AssertionURIRef', content: 'urn:x' }],
}

function extensions(named: (text: string) => string): Node {
  const any: Node = { namespace: 'other', name: 'any', attributes: { note: named('alice') }, content: named('alice') }
  return { namespace: 'samlp', name: 'Extensions', content: [any] }
}
