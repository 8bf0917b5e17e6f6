/** What the drawn policies are made of, counted in the documents: a generator that stops producing something is then noticed. */
import type { PolicyKind, Reach } from '@studio-gate/policy'
import { operatorNames } from '../../src/operators.ts'
import type { Question } from './policies.ts'
import { targets } from './targets.ts'

export type Constructs = Record<string, number>

const kinds: readonly PolicyKind[] = ['identity', 'session', 'boundary', 'scp', 'rcp', 'resource', 'trust', 'endpoint']

/** Everything that must occur. Operators stand without qualifiers and with each of them; the effect of the statement beside them. */
export const expected: readonly string[] = [
  ...operatorNames.filter((name) => !/:|IfExists$/.test(name)).flatMap((name) => [`Allow ${name}`, `Deny ${name}`]),
  ...['ForAnyValue:', 'ForAllValues:'].flatMap((set) =>
    ['String', 'IpAddress', 'Arn', 'Numeric', 'Date', 'Bool'].flatMap((family) => [
      `${set}${family}`,
      `${set}${family} IfExists`,
    ]),
  ),
  ...['String', 'IpAddress', 'Arn', 'Numeric', 'Date', 'Bool', 'Binary'].map((family) => `${family} IfExists`),
  ...kinds.flatMap((kind) => [`kind ${kind}`, ...(kind === 'rcp' ? [] : [`${kind} Allow`]), `${kind} Deny`]),
  ...[
    'NotAction',
    'NotResource',
    'NotPrincipal',
    'Sid',
    'no Version',
    'old Version',
    'several values',
    'several keys',
    'IPv6 block',
  ],
  ...['Principal *', 'Principal AWS', 'Principal Service', 'Principal Federated'],
  ...['variable', 'variable with default', 'literal $', 'variable in Resource', 'variable in a longer text'],
  ...['role-session', 'user', 'root', 'service', 'federated', 'anonymous'].map((kind) => `principal ${kind}`),
  ...Object.values(targets).map(({ action }) => `action ${action}`),
  ...['internet', 'endpoint', 'service'].flatMap((kind) => [`${kind} allow`, `${kind} deny`, `reached ${kind}`]),
  ...['several levels of SCPs', 'another account', 'any session name', 'fixed key', 'ids told apart', 'IPv6 reached'],
]

type Json = Readonly<Record<string, unknown>>

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value]

const families: readonly (readonly [RegExp, string])[] = [
  [/^String/, 'String'],
  [/IpAddress/, 'IpAddress'],
  [/^Arn/, 'Arn'],
  [/^Numeric/, 'Numeric'],
  [/^Date/, 'Date'],
  [/^Bool/, 'Bool'],
  [/^Binary/, 'Binary'],
]

const inTexts = function* (texts: readonly unknown[]): Iterable<string> {
  for (const text of texts.filter((each) => typeof each === 'string')) {
    if (/\$\{[a-z]/i.test(text)) yield 'variable'
    if (/\$\{[^}]*, '/.test(text)) yield 'variable with default'
    if (/\$\{[*?$]\}/.test(text)) yield 'literal $'
    if (/[^*]\$\{[a-z]/i.test(text)) yield 'variable in a longer text'
    if (/^[0-9a-f:]*:[0-9a-f:]*\/\d+$/.test(text)) yield 'IPv6 block'
  }
}

const inStatement = function* (kind: PolicyKind, statement: Json): Iterable<string> {
  const effect = String(statement.Effect)
  yield `${kind} ${effect}`
  for (const element of ['NotAction', 'NotResource', 'NotPrincipal', 'Sid']) if (element in statement) yield element
  const { Principal: principal } = statement
  for (const name of typeof principal === 'object' && principal !== null ? Object.keys(principal) : listOf(principal))
    yield `Principal ${name}`
  const resources = [...listOf(statement.Resource), ...listOf(statement.NotResource)]
  yield* inTexts(resources)
  if (resources.some((text) => /\$\{[a-z]/i.test(String(text)))) yield 'variable in Resource'
  for (const [operator, keys] of Object.entries((statement.Condition ?? {}) as Record<string, Json>)) {
    const [, set = '', name = '', ifExists] = /^(ForA\w+:)?(\w+?)(IfExists)?$/.exec(operator) ?? []
    yield `${effect} ${name}`
    const family = families.find(([form]) => form.test(name))?.[1] ?? name
    if (set !== '' || ifExists !== undefined) yield `${set}${family}${ifExists === undefined ? '' : ' IfExists'}`
    if (Object.keys(keys).length > 1) yield 'several keys'
    for (const value of Object.values(keys)) {
      if (Array.isArray(value)) yield 'several values'
      yield* inTexts(listOf(value))
    }
  }
}

const inQuestion = function* (
  { documents, principal, target, policies, options }: Question,
  region: Reach,
): Iterable<string> {
  for (const [kind, document] of documents) {
    yield `kind ${kind}`
    if (document.Version === undefined) yield 'no Version'
    if (document.Version === '2008-10-17') yield 'old Version'
    for (const each of listOf(document.Statement)) yield* inStatement(kind, each as Json)
  }
  yield `principal ${principal.kind}`
  yield `action ${target.action}`
  if (policies.scps.length > 1) yield 'several levels of SCPs'
  if (options.resourceAccount !== undefined) yield 'another account'
  if (options.fixed !== undefined) yield 'fixed key'
  if (options.tellApart !== undefined) yield 'ids told apart'
  if ('sessionName' in principal && principal.sessionName === '*') yield 'any session name'
  for (const { origin, addresses } of region.reached) {
    yield `reached ${origin.kind}`
    if (addresses.v6.length > 0) yield 'IPv6 reached'
  }
}

export const count = (constructs: Constructs, question: Question, region: Reach): void => {
  for (const each of inQuestion(question, region)) constructs[each] = (constructs[each] ?? 0) + 1
}

/** What should have occurred and did not. */
export const missing = (constructs: Constructs): readonly string[] =>
  expected.filter((each) => constructs[each] === undefined)
