/** What follows from an identity provider that the gate asks: one route more, one action more, and nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { derive, evaluate, type Intent, mustParsePolicy, type PolicyJson, type Request } from '../src/index.ts'
import { intent, places } from './example-intent.ts'

const asking: Intent = {
  ...intent,
  identityProviders: intent.identityProviders.map((provider) => ({
    ...provider,
    signInRequests: { binding: 'redirect', location: 'https://idp.example/sso' },
  })),
}
const name = 'workforce'

const resourcesOf = (policy: PolicyJson) => [policy.Statement].flat().flatMap(({ Resource }) => [Resource ?? []].flat())
const actionsOf = (policy: PolicyJson) => [policy.Statement].flat().flatMap(({ Action }) => [Action ?? []].flat())

test('the API admits the login of that provider by name', () => {
  assert.deepEqual(resourcesOf(derive(intent, places).restApi), ['execute-api:/gate/POST/saml'])
  const asked = derive(asking, places).restApi
  assert.deepEqual(resourcesOf(asked), ['execute-api:/gate/POST/saml', `execute-api:/gate/GET/login/${name}`])
  const conditions = (policy: PolicyJson) => [policy.Statement].flat().map(({ Condition }) => Condition)
  assert.deepEqual(conditions(asked), conditions(derive(intent, places).restApi), 'from the same networks')
})

test('the table’s endpoint lets deletes through', () => {
  assert.deepEqual(actionsOf(derive(intent, places).dynamodbEndpoint), ['dynamodb:PutItem'])
  assert.deepEqual(actionsOf(derive(asking, places).dynamodbEndpoint), ['dynamodb:PutItem', 'dynamodb:DeleteItem'])
})

test('everything else stays as it is', () => {
  const { restApi, functionPolicy, dynamodbEndpoint, ...rest } = derive(asking, places)
  const { restApi: _a, functionPolicy: _b, dynamodbEndpoint: _c, ...before } = derive(intent, places)
  assert.deepEqual(rest, before)
})

for (const [title, declared, key, effect] of [
  ['a request', asking, 'request#abc', 'allow'],
  ['a claimed assertion', asking, 'abc', 'deny'],
  ['something that says no key', asking, undefined, 'deny'],
  ['a request, where none are made', intent, 'request#abc', 'deny'],
] as const) {
  test(`the function deletes ${title}: ${effect}`, () => {
    const policy = mustParsePolicy(derive(declared, places).functionPolicy, 'identity', 'gate')
    const request = deletion(key)
    assert.equal(evaluate(request, { identity: [policy], scps: [], rcps: [] }).effect, effect)
  })
}

function deletion(key: string | undefined): Request {
  return {
    principal: { kind: 'role-session', roleArn: places.functionRoleArn, sessionName: 'StudioGate-gate' },
    action: 'dynamodb:DeleteItem',
    resource: places.replayTableArn,
    resourceAccount: places.accountId,
    context: {
      ...(key === undefined ? {} : { 'dynamodb:LeadingKeys': [key] }),
      'lambda:SourceFunctionArn': places.functionArn,
    },
  }
}
