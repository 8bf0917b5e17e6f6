/**
 * Every way to say no: code -> HTTP status, words for the person, words for the operator, audit severity.
 * One table; the codes of `@studio-gate/saml` are covered by the class of their check. A refusal's `detail` goes to the
 * audit event only, never to the browser.
 */
import { type RefusalCode as SamlCode, refusalTable as samlTable } from '@studio-gate/saml'

/** OCSF `severity_id`: 1 informational, 2 low, 3 medium, 4 high. */
export type Severity = 1 | 2 | 3 | 4

export interface RefusalRow {
  readonly status: number
  /** What happened, in the person's words: the page's heading and first sentence. */
  readonly title: string
  readonly what: string
  /** What the person can do. */
  readonly todo: string
  /** What the operator should look at; stands in the audit event. */
  readonly operator: string
  readonly severity: Severity
  /** Seconds after which trying again is worth it (`Retry-After`). */
  readonly retryAfter?: number
}

/** Not every provider has a tile, and not every tile leads to an address that takes what it brings. */
const start = 'the Studio tile in your portal, or your sign-in address'
const startAgain = `Go back to where you began (${start}) and try again.`
const askAdministrator = 'Give your administrator the support id and the code below.'
const startThenAsk = `${startAgain} If it happens again, give your administrator the support id and the code below.`

const notGenuine = {
  status: 403,
  title: 'This sign-in was not accepted',
  what: 'The sign-in message could not be verified as coming from your identity provider.',
  todo: startThenAsk,
} as const
const tryLater = {
  status: 503,
  title: 'Studio is busy',
  what: 'The sign-in could not be finished just now.',
  todo: `Wait a few seconds. ${startAgain}`,
  severity: 3,
  retryAfter: 5,
} as const
const setUpWrong = {
  title: 'Studio could not be opened',
  what: 'Something about the set-up of this gate stopped your sign-in. It is nothing that you did.',
  todo: askAdministrator,
} as const
const unusableIdentity = {
  status: 403,
  title: 'Your identity could not be used',
  what: 'The sign-in message does not say who you are in the form that this gate expects.',
  todo: askAdministrator,
  severity: 3,
} as const

/** The gate's own codes. Stable: dashboards, alarms and the twin's scenarios name them. */
export const gateRefusals = {
  'not-found': {
    status: 404,
    title: 'There is nothing here',
    what: 'This address does not belong to the gate.',
    todo: `Open Studio by ${start}.`,
    operator:
      'only POST /saml, GET /health, and GET /login/<name> of identity providers with signInRequests and metadata exist',
    severity: 1,
  },
  'method-not-allowed': {
    status: 405,
    title: 'Studio does not open at this address',
    what: 'This address takes sign-ins from your identity provider and cannot be opened by itself.',
    todo: `Open Studio by ${start}.`,
    operator: 'the assertion consumer service takes POST only',
    severity: 1,
  },
  'content-type-unsupported': {
    status: 415,
    title: 'The sign-in message could not be read',
    what: 'The form that arrived is not of the kind that identity providers send.',
    todo: startThenAsk,
    operator: 'expected an uncompressed application/x-www-form-urlencoded form (SAML HTTP-POST binding)',
    severity: 2,
  },
  'form-too-large': {
    status: 413,
    title: 'The sign-in message is too large',
    what: 'The form that arrived is larger than any sign-in message should be.',
    todo: askAdministrator,
    operator: 'reduce the attributes that the identity provider sends, for example to the groups of this application',
    severity: 2,
  },
  'form-unreadable': {
    status: 400,
    title: 'The sign-in message could not be read',
    what: 'The form arrived damaged or incomplete.',
    todo: startThenAsk,
    operator: 'the body is not complete UTF-8 text; a proxy between browser and gate may have altered it',
    severity: 2,
  },
  'saml-response-missing': {
    status: 400,
    title: 'There is no sign-in message',
    what: 'The form that arrived carries no sign-in message.',
    todo: startThenAsk,
    operator: 'the form needs one field named SAMLResponse',
    severity: 2,
  },
  'saml-response-repeated': {
    status: 400,
    title: 'The sign-in message could not be read',
    what: 'The form that arrived carries more than one sign-in message.',
    todo: startThenAsk,
    operator: 'a form with several SAMLResponse fields is never sent by an identity provider',
    severity: 4,
  },
  'no-identity-provider': {
    status: 503,
    title: 'This gate has no identity provider yet',
    what: 'The gate is deployed, but it does not know the certificates of an identity provider, so it refuses every sign-in.',
    todo: 'If you are setting it up: create the SAML application with the two values below, put its metadata file beside the declaration and deploy again.',
    operator: 'add the identity provider metadata to the declaration and deploy again',
    severity: 2,
  },
  'identity-provider-unknown': {
    status: 403,
    title: 'This identity provider is not known here',
    what: 'The sign-in message comes from an identity provider that this gate does not trust.',
    todo: askAdministrator,
    operator: 'no identity provider of the declaration has this entity id; compare it with the metadata file',
    severity: 3,
  },
  'in-response-to-unexpected': {
    ...notGenuine,
    what: 'The sign-in message answers a request that this gate never made.',
    operator:
      'the assertion carries InResponseTo, but this identity provider has no signInRequests: start at the portal tile',
    severity: 3,
  },
  'unsolicited-response': {
    ...notGenuine,
    what: 'Sign-ins have to start at this gate, and this one did not.',
    todo: 'Open the sign-in address that your administrator gave you, instead of the tile in your portal.',
    operator:
      'the assertion answers no request, and this identity provider has no `unsolicited: accepted`: start at GET /login/<name>, or declare it',
    severity: 3,
  },
  'sign-in-not-opened': {
    status: 403,
    title: 'Open this address by itself',
    what: 'A page tried to load the sign-in as a part of itself.',
    todo: 'Open the sign-in address in a window or tab of its own.',
    operator:
      'a frame, image or script asked for a login: sign-ins start in windows only, so that pages cannot pile up requests',
    severity: 2,
  },
  'request-unknown': {
    ...notGenuine,
    what: 'The sign-in message answers no request that this gate made for this browser.',
    todo: 'Open the sign-in address again, in this browser. If it happens again, give your administrator the support id and the code below.',
    operator:
      'the request was answered before, is older than ten minutes, or was made for another browser (login CSRF); browsers that hold back SameSite=None cookies end here too',
    severity: 3,
  },
  'request-store-unavailable': {
    ...tryLater,
    todo: 'Wait a few seconds, then open the sign-in address again.',
    operator: 'the store of sign-in requests did not answer; no sign-in can start at the gate until it does',
  },
  'signing-key-unavailable': {
    ...tryLater,
    todo: 'Wait a few seconds, then open the sign-in address again.',
    operator:
      'KMS did not sign the request: check the signing key, its policy and the KMS endpoint; requests of this identity provider are never sent unsigned',
  },
  'origin-not-accepted': {
    ...notGenuine,
    what: 'The sign-in message was not brought here from your portal.',
    operator:
      'the POST’s Origin header is none of unsolicitedFrom: somebody else’s page may have sent it (login CSRF), or the identity provider posts from another host, or from a page whose referrer policy hides the origin',
    severity: 4,
  },
  'person-missing': {
    ...unusableIdentity,
    operator: 'the configured subject (NameID or attribute) is not in the assertion',
  },
  'person-ambiguous': { ...unusableIdentity, operator: 'the subject attribute must have exactly one value' },
  'person-format': {
    ...unusableIdentity,
    operator:
      'the NameID format is not the declared one, or its qualifiers name another provider or service; transient ids name nobody',
  },
  'person-unusable': { ...unusableIdentity, operator: 'no user profile name can be made from this subject' },
  'groups-missing': {
    ...unusableIdentity,
    operator:
      'a deny rule names groups, but the assertion has no groups attribute, so nobody can tell whether it applies: make the identity provider always send it',
  },
  'no-rule': {
    status: 403,
    title: 'You have no access to Studio',
    what: 'You are signed in, but no rule gives you access to Studio here.',
    todo: `If you think you should have access: ${askAdministrator.charAt(0).toLowerCase()}${askAdministrator.slice(1)}`,
    operator: 'no allow rule matches the identity provider and groups of this person',
    severity: 2,
  },
  'denied-by-rule': {
    status: 403,
    title: 'Your access to Studio is blocked',
    what: 'You are signed in, but a rule denies you access to Studio.',
    todo: askAdministrator,
    operator: 'a deny rule applies to this person; deny wins',
    severity: 3,
  },
  'network-not-allowed': {
    status: 403,
    title: 'Not from this network',
    what: 'You may use Studio, but not from the network that you are on now.',
    todo: `Connect to a network from which your company allows Studio. ${startAgain}`,
    operator: 'the address lies in a declared network that none of this person’s rules names',
    severity: 3,
  },
  replayed: {
    ...notGenuine,
    title: 'This sign-in was already used',
    what: 'Each sign-in message opens Studio once. This one was used before.',
    operator: 'the assertion was presented before; a browser’s reload or back button does this, and so does a thief',
    severity: 4,
  },
  'replay-store-unavailable': {
    ...tryLater,
    operator: 'the replay store did not answer; nobody can sign in until it does',
  },
  'profile-being-prepared': {
    ...tryLater,
    title: 'Your Studio is being prepared',
    what: 'This is your first visit, and your Studio profile is still being made. That takes a minute at most.',
    todo: `Wait a minute. ${startAgain}`,
    operator: 'the user profile did not reach InService within the time the gate waits; normal for a first sign-in',
    severity: 1,
    retryAfter: 30,
  },
  'profile-failed': {
    status: 503,
    ...setUpWrong,
    operator: 'the user profile is in a failed state: delete it in SageMaker; the next sign-in makes it anew',
    severity: 3,
  },
  'profile-being-deleted': {
    ...tryLater,
    what: 'Your Studio profile is just being removed.',
    operator: 'the user profile is being deleted; the next sign-in after that makes a new one',
    retryAfter: 60,
  },
  'profile-owner-mismatch': {
    status: 403,
    ...setUpWrong,
    operator: 'a user profile of that name exists, but its owner tags name somebody else or nobody: check who made it',
    severity: 4,
  },
  'profile-role-mismatch': {
    status: 403,
    ...setUpWrong,
    operator: 'the user profile has another execution role than the rule: update or delete the profile',
    severity: 3,
  },
  'profile-limit-reached': {
    status: 503,
    ...setUpWrong,
    operator: 'SageMaker’s quota of user profiles is used up (L-AC46C40F): ask AWS for more or delete unused ones',
    severity: 3,
  },
  'domain-not-found': {
    status: 503,
    ...setUpWrong,
    operator: 'the rule’s SageMaker domain does not exist: check STUDIO_GATE_DOMAIN_IDS and the declaration',
    severity: 3,
  },
  'mint-denied': {
    status: 403,
    ...setUpWrong,
    operator:
      'IAM refused to mint the URL: compare the minting role’s policy and the SageMaker API endpoint with the template',
    severity: 4,
  },
  'mint-url-unexpected': {
    status: 502,
    ...setUpWrong,
    operator: 'SageMaker returned a URL that is not on a Studio host of this Region; nobody was redirected',
    severity: 4,
  },
  'aws-access-denied': {
    status: 503,
    ...setUpWrong,
    operator: 'IAM refused a call of the gate’s own role: compare it with the template',
    severity: 3,
  },
  'aws-throttled': { ...tryLater, operator: 'AWS throttled the gate; if it persists ask AWS for a higher rate' },
  'aws-unavailable': {
    ...tryLater,
    operator: 'AWS did not answer: check the VPC endpoint, its security group and DNS',
  },
  'aws-failed': {
    ...setUpWrong,
    status: 502,
    operator: 'AWS refused a call in a way the gate does not know',
    severity: 3,
  },
  'internal-error': {
    status: 500,
    ...setUpWrong,
    what: 'Something went wrong inside this gate. It is nothing that you did.',
    operator: 'a defect of the gate: report it with the frames in this event',
    severity: 4,
  },
} as const satisfies Record<string, RefusalRow>

export type GateCode = keyof typeof gateRefusals
export type RefusalCode = GateCode | SamlCode

export interface Refusal {
  readonly code: RefusalCode
  /** Operator's words about this one case. Never assertion text, URLs that admit, tokens. */
  readonly detail: string
}

/** A refusal as a result. */
export function refuse(code: RefusalCode, detail: string): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: { code, detail } }
}

type Words = Omit<RefusalRow, 'operator'>

const unreadable: Words = {
  status: 400,
  title: 'The sign-in message could not be read',
  what: 'The sign-in message is damaged or not what identity providers send.',
  todo: startThenAsk,
  severity: 3,
}
const forged: Words = { ...notGenuine, severity: 4 }
const notForHere: Words = {
  status: 403,
  title: 'This sign-in was not accepted',
  what: 'The sign-in message is genuine, but it is not valid for this gate or not valid now.',
  todo: startThenAsk,
  severity: 3,
}
const tooOld: Words = {
  status: 403,
  title: 'This sign-in has expired',
  what: 'The sign-in message is too old, or the clocks of your identity provider and this gate differ.',
  todo: startThenAsk,
  severity: 2,
}

/** What the person reads for a refusal of the SAML verifier: by check, or by the check's letter. */
const samlClasses: Readonly<Record<string, Words>> = {
  G: unreadable,
  S: forged,
  C: forged,
  O: forged,
  P: notForHere,
  P4: tooOld,
}

/** Codes whose words differ from those of their check. */
const samlWords: Readonly<Partial<Record<SamlCode, Words>>> = {
  'status-not-success': {
    status: 403,
    title: 'Your identity provider did not sign you in',
    what: 'Your identity provider reports that the sign-in did not succeed.',
    todo: startThenAsk,
    severity: 2,
  },
  'confirmation-expired': tooOld,
  'session-expired': tooOld,
}

/** The row of any code. */
export function refusalRow(code: RefusalCode): RefusalRow {
  if (Object.hasOwn(gateRefusals, code)) return gateRefusals[code as GateCode]
  const samlCode = code as SamlCode
  const { check, summary, remedy } = samlTable[samlCode]
  // A check without a class would be a hole in the table; "not genuine" is the safe reading.
  const words = samlWords[samlCode] ?? samlClasses[check] ?? samlClasses[check.charAt(0)] ?? forged
  return { ...words, operator: `${summary} ${remedy}` }
}
