/** Walks `cases/rules.json`. A rule reads `allow NAME: GROUP[@IDP] in DOMAIN from NETWORK...`; `everyone` is no group. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Network, Rule } from '@studio-gate/policy'
import { chooseRule, type ResolvedRules } from '../src/core/rules.ts'

interface Vectors {
  readonly networks: Readonly<Record<string, object>>
  readonly cases: readonly {
    readonly name: string
    readonly rules: readonly string[]
    readonly groups: readonly string[] | null
    readonly address: string
    /** Name of the chosen rule, or the refusal's code. */
    readonly expected: string
  }[]
}

const vectors = JSON.parse(readFileSync(new URL('./cases/rules.json', import.meta.url), 'utf8')) as Vectors
const networks = Object.entries(vectors.networks).map(([name, rest]) => ({ ...rest, name }) as Network)

function parseRule(text: string): Rule {
  const parts = /^(allow|deny) (\w+): (\w+)(?:@(\w+))? in (\w+) from (.+)$/.exec(text)
  assert.ok(parts, `cannot read the rule: ${text}`)
  const [, effect, name = '', group = '', idp = 'corporate', domain = '', from = ''] = parts
  const who = { identityProvider: idp, ...(group === 'everyone' ? {} : { groups: [group] }) }
  const scope = { name, who, domain, from: from.split(' ') }
  if (effect === 'deny') return { ...scope, effect }
  return { ...scope, effect: 'allow', sessionSeconds: 3600, executionRole: 'x', landingUri: 'studio::' }
}

function resolve(texts: readonly string[]): ResolvedRules {
  const rules = texts.map(parseRule)
  const named = (rule: Rule) => networks.filter(({ name }) => rule.from.includes(name))
  return {
    allow: rules.flatMap((rule) =>
      rule.effect === 'allow'
        ? [{ rule, networks: named(rule), domainId: 'd-x', mintingRoleArn: '', executionRoleArn: '' }]
        : [],
    ),
    deny: rules.flatMap((rule) => (rule.effect === 'deny' ? [{ rule, networks: named(rule) }] : [])),
    networks,
  }
}

for (const { name, rules, groups, address, expected } of vectors.cases) {
  test(name, () => {
    const person = { identityProvider: 'corporate', subject: 'alice', groups: groups ?? undefined }
    const choice = chooseRule(person, address, resolve(rules))
    assert.equal(choice.ok ? choice.chosen.rule.name : choice.refusal.code, expected)
  })
}
