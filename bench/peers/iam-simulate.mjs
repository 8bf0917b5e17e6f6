/**
 * @cloud-copilot/iam-simulate, at the door behind its validation: what it exports drops condition keys that its data do not know
 * (`runSimulation`) or session and endpoint policies (`runUnsafeSimulation`). Both do what is done here.
 */
import { loadPolicy } from '@cloud-copilot/iam-policy'

const inside = (path) =>
  import(new URL(`./node_modules/@cloud-copilot/iam-simulate/dist/esm/${path}`, import.meta.url).href)
const { authorize } = await inside('core_engine/CoreSimulatorEngine.js')
const { AwsRequestImpl } = await inside('request/request.js')
const { RequestContextImpl } = await inside('requestContext.js')
const { DiscoveryContextKeyConstraints } = await inside('context_keys/discoveryContextKeyConstraints.js')
const { expandShortArn } = await inside('util/resourceStrings.js')

const load = (policy, name) => loadPolicy(policy, { name })
const levels = (given, type) =>
  given.map((level, depth) => ({
    orgIdentifier: `${type}${depth}`,
    policies: level.map((policy, index) => load(policy, `${type}${depth}.${index}`)),
  }))

/** Documents, loaded once, as `authorize` takes them. RCPFullAWSAccess must be listed. */
export function loadAll({ identity, session, boundary, scps, rcps, resource, endpoint }) {
  return {
    sessionPolicy: session && load(session, 'session'),
    identityPolicies: identity.map((policy, index) => load(policy, `identity${index}`)),
    permissionBoundaries: boundary && [load(boundary, 'boundary')],
    serviceControlPolicies: levels(scps, 'scp'),
    resourceControlPolicies: levels(rcps, 'rcp'),
    resourcePolicy: resource && load(resource, 'resource'),
    vpcEndpointPolicies: endpoint && [load(endpoint, 'endpoint')],
  }
}

/** `Allowed`, `ExplicitlyDenied` or `ImplicitlyDenied`. `principal`: an ARN, a service, or its marker for anonymous callers. */
export function simulate({ principal, action, resource, resourceAccount, context }, loaded) {
  const at = { resource: expandShortArn(resource), accountId: resourceAccount }
  return authorize({
    request: new AwsRequestImpl(principal, at, action, new RequestContextImpl(context), false),
    ...loaded,
    simulationParameters: {
      simulationMode: 'Strict',
      discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints([]),
    },
    serviceSettings: {},
  }).result
}
