/**
 * What nobody outside AWS knows, as named switches. Each row: the settings, the default, and the fact row it stands for.
 * A promise of Studio Gate counts only if it holds under every setting.
 */
export const switchTable = {
  'studio.policy': {
    settings: ['live', 'at-mint'],
    fact: '1.21',
    about: 'policies at use: read live, or as they were when the URL was minted',
  },
  'studio.websocket': {
    settings: ['per-frame', 'at-connect'],
    fact: '1.13 and UNKNOWN 3',
    about: 'whether an open WebSocket is cut when a policy changes',
  },
  'studio.session-policy': {
    settings: ['enforced', 'ignored'],
    fact: '1.26',
    about: 'whether the minting session policy counts at use',
  },
  'studio.boundary-and-scp': {
    settings: ['enforced', 'ignored'],
    fact: '1.26',
    about: 'whether permissions boundary and SCPs count at use',
  },
  'studio.space-principal': {
    settings: ['minting-role', 'execution-role'],
    fact: 'UNKNOWN 5',
    about: 'whose policies a space host opened from the Studio UI checks',
  },
  'studio.token': {
    settings: ['reusable', 'single-use'],
    fact: '1.25',
    about: 'whether a presigned URL opens more than once before it expires',
  },
  'studio.session-end': {
    settings: ['requested', 'with-credentials'],
    fact: '8.4',
    about: 'whether an open session ends with the credentials that minted it',
  },
  'apigateway.gateway-responses': {
    settings: ['cover-resource-policy', 'authorizers-only'],
    fact: '4.17',
    about: 'whether gateway responses render a resource policy denial',
  },
  'apigateway.source-ip': {
    settings: ['client', 'hop'],
    fact: '4.7',
    about: 'what requestContext.identity.sourceIp holds on a private API',
  },
  'apigateway.public-name': {
    settings: ['forbidden', 'nxdomain'],
    fact: '4.18',
    about: 'what the name <apiId>.execute-api... answers on the internet',
  },
  'sagemaker.profile-case': {
    settings: ['as-called', 'as-created'],
    fact: '3.21',
    about: 'spelling of the profile name in the authorized ARN',
  },
} as const

export type SwitchName = keyof typeof switchTable
export type Switches = { readonly [Name in SwitchName]: (typeof switchTable)[Name]['settings'][number] }

/** The first setting of every row. */
export function defaultSwitches(): Switches {
  return Object.fromEntries(
    Object.entries(switchTable).map(([name, row]) => [name, row.settings[0]]),
  ) as unknown as Switches
}
