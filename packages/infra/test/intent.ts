import type { Intent } from '@studio-gate/policy'

/** One rule, one domain of our own, no identity provider connected yet: what a first deployment declares. */
export const firstDeployment: Intent = {
  identityProviders: [
    {
      name: 'company',
      entityId: 'https://idp.example/saml',
      certificates: [],
      requiredSignature: 'both',
      clockSkewSeconds: 60,
      subject: { from: 'nameId' },
      groupsAttribute: 'groups',
    },
  ],
  networks: [{ kind: 'privateCidr', name: 'office', cidrs: ['10.100.10.0/24'], through: { endpoint: 'deployed' } }],
  domains: [{ name: 'research', id: 'deployed' }],
  executionRoles: [{ name: 'scientist', role: 'deployed' }],
  rules: [
    {
      effect: 'allow',
      name: 'scientists',
      who: { identityProvider: 'company', groups: ['scientists'] },
      domain: 'research',
      from: ['office'],
      sessionSeconds: 43_200,
      executionRole: 'scientist',
      landingUri: 'studio::',
    },
  ],
  profiles: [{ identityProvider: 'company', subject: 'alice', rule: 'scientists' }],
  urlSeconds: 20,
  audience: 'urn:studio-gate',
  acsUrlForm: 'endpoint-alias',
}

/** Two identity providers, all four kinds of network, two domains, a suffix, an execution role of the administrator's own. */
export const everyKind: Intent = {
  ...firstDeployment,
  identityProviders: [
    ...firstDeployment.identityProviders,
    {
      name: 'partner',
      entityId: 'https://partner.example/saml',
      certificates: ['bm90IGEgY2VydGlmaWNhdGU='],
      requiredSignature: 'response',
      clockSkewSeconds: 30,
      subject: { from: 'attribute', attribute: 'employeeNumber' },
    },
  ],
  networks: [
    ...firstDeployment.networks,
    { kind: 'privateCidr', name: 'branch', cidrs: ['192.168.7.0/24', 'fd00:7::/64'], through: { vpc: 'deployed' } },
    {
      kind: 'privateCidr',
      name: 'elsewhere',
      cidrs: ['172.16.0.0/16'],
      through: { endpoint: 'vpce-0123456789abcdef0' },
    },
    { kind: 'vpc', name: 'labs', vpc: 'vpc-0123456789abcdef0' },
    { kind: 'endpoint', name: 'desks', endpoint: 'deployed' },
    { kind: 'publicCidr', name: 'home', cidrs: ['203.0.113.0/24'] },
  ],
  domains: [...firstDeployment.domains, { name: 'production', id: 'd-existing12345' }],
  executionRoles: [
    ...firstDeployment.executionRoles,
    { name: 'operator', role: 'arn:aws:iam::123456789012:role/operators' },
  ],
  rules: [
    ...firstDeployment.rules,
    {
      effect: 'allow',
      name: 'operators',
      who: { identityProvider: 'partner' },
      domain: 'production',
      from: ['branch', 'elsewhere', 'labs', 'desks', 'home'],
      sessionSeconds: 1800,
      profileSuffix: 'ops',
      executionRole: 'operator',
      landingUri: 'app:JupyterLab:lab',
    },
    { effect: 'deny', name: 'leavers', who: { identityProvider: 'company' }, domain: 'production', from: ['home'] },
  ],
  profiles: [...firstDeployment.profiles, { identityProvider: 'partner', subject: 'Bob@partner', rule: 'operators' }],
}

/** A domain that exists already, and nothing of our own but the gate. */
export const existingDomain: Intent = {
  ...firstDeployment,
  domains: [{ name: 'research', id: 'd-existing12345' }],
  profiles: [],
}

/** Assertions come encrypted, requests go out signed: two keys in KMS. */
export const withKeys: Intent = {
  ...firstDeployment,
  identityProviders: firstDeployment.identityProviders.map((provider) => ({
    ...provider,
    certificates: ['bm90IGEgY2VydGlmaWNhdGU='],
    signInRequests: { binding: 'post', location: 'https://idp.example/sso' },
    signedRequests: 'rsa-sha256',
    encryptedAssertions: 'aes-gcm',
  })),
}
