import type { Intent, Network } from '../intent.ts'
import { allowRules, requestingProviders } from '../names.ts'
import type { PolicyJson, StatementJson } from '../vocabulary.ts'
import type { Places } from '../walls.ts'

/**
 * The API's resource policy: an explicit Allow is required (row 4.2), so what no statement names is refused. Only the
 * declared endpoint, and only from addresses of networks that some rule lets in. Never `aws:SourceIp`, which a private
 * API rewrites (row 4.6).
 */
export function restApi(intent: Intent, places: Places): PolicyJson {
  const used = new Set(allowRules(intent).flatMap((rule) => rule.from))
  const networks = intent.networks.filter((network) => used.has(network.name) && network.kind !== 'publicCidr')
  return { Version: '2012-10-17', Statement: statements(networks, routes(intent), places) }
}

/** `VERB/path` of every route: a login starts at the gate only where an identity provider's settings say so. */
function routes(intent: Intent): readonly string[] {
  return ['POST/saml', ...requestingProviders(intent).map(({ name }) => `GET/login/${name}`)]
}

function statements(networks: readonly Network[], paths: readonly string[], places: Places): readonly StatementJson[] {
  const resources = paths.map((path) => `execute-api:/${places.stage}/${path}`)
  const throughEndpoint = { StringEquals: { 'aws:SourceVpce': places.endpoints.executeApi } }
  const invoke = {
    Effect: 'Allow',
    Principal: '*',
    Action: 'execute-api:Invoke',
    Resource: resources.length === 1 ? (resources[0] ?? '') : resources,
  } as const
  const wide = networks.some((network) => network.kind !== 'privateCidr')
  if (wide) return [{ Sid: 'DeclaredEndpoint', ...invoke, Condition: throughEndpoint }]
  const cidrs = [...new Set(networks.flatMap((network) => ('cidrs' in network ? network.cidrs : [])))]
  if (cidrs.length === 0) throw new Error('no allow rule names a private network: nobody could reach the gate')
  return [
    {
      Sid: 'DeclaredNetworks',
      ...invoke,
      Condition: { ...throughEndpoint, IpAddress: { 'aws:VpcSourceIp': cidrs } },
    },
  ]
}
