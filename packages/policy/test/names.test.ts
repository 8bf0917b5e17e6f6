import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  type MintingPair,
  mintingRoleName,
  mustParsePolicy,
  ownerTags,
  profileName,
  sessionPolicy,
} from '../src/index.ts'

const legal = /^[a-z0-9](-*[a-z0-9]){0,62}$/

const nameOf = (subject: string, suffix?: string, providers = 1, identityProvider = 'idp') => {
  const named = profileName({ identityProvider, subject, ...(suffix === undefined ? {} : { suffix }) }, providers)
  assert.ok(named.ok, `no name for ${JSON.stringify(subject)}`)
  return named.name
}

interface NameCase {
  readonly subject: string
  readonly suffix?: string
  readonly name: string
}

test('names are as the file says', () => {
  const cases = JSON.parse(readFileSync(new URL('names.json', import.meta.url), 'utf8')) as readonly NameCase[]
  for (const { subject, suffix, name } of cases) assert.equal(nameOf(subject, suffix), name)
})

test('the session policy of the longest names is within its limit', () => {
  const at = {
    partition: 'aws-iso-b',
    region: 'ap-southeast-2',
    accountId: '123456789012',
    domainId: `d-${'x'.repeat(61)}`,
  }
  const policy = sessionPolicy(at, 'x'.repeat(63))
  assert.ok(JSON.stringify(policy).length <= 2048)
  mustParsePolicy(policy, 'session', 'session')
})

test('different people never share a name, whatever their subjects, suffixes and providers', () => {
  const alphabet = [
    'a',
    'A',
    'x',
    'h',
    '-',
    '.',
    '@',
    '2',
    'd',
    '0',
    'é',
    '_',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  ]
  const subjects = alphabet.flatMap((a) => alphabet.flatMap((b) => alphabet.flatMap((c) => [a, a + b, a + b + c])))
  subjects.push('x--x', 'h--x', 'a--b', 'a--team', 'idp--a', 'x--a-40b', 'ab-2d')
  for (const providers of [1, 2]) {
    const seen = new Map<string, string>()
    for (const subject of new Set(subjects)) {
      for (const suffix of [undefined, 'team', 'a', 'x']) {
        for (const provider of providers === 1 ? ['idp'] : ['idp', 'a', 'x']) {
          const name = nameOf(subject, suffix, providers, provider)
          const owner = JSON.stringify([provider, subject, suffix])
          assert.match(name, legal, owner)
          assert.equal(seen.get(name) ?? owner, owner, `${name} is two people`)
          seen.set(name, owner)
        }
      }
    }
  }
})

test('an empty subject has no name, and neither has one for which prefix and suffix leave no room', () => {
  assert.equal(profileName({ identityProvider: 'idp', subject: '' }, 1).ok, false)
  assert.equal(profileName({ identityProvider: 'idp', subject: 'A', suffix: 's'.repeat(60) }, 1).ok, false)
})

test('role names fit IAM and differ where pairs differ', () => {
  const pair = (domain: string, ...networks: string[]): MintingPair => ({
    key: [domain, ...networks].join('-'),
    domain,
    networks,
  })
  const pairs = [pair('a', 'b', 'c'), pair('a', 'b-c'), pair('a-b', 'c'), pair('m'.repeat(80), 'n'.repeat(80))]
  const names = pairs.map((each) => mintingRoleName('S'.repeat(60), each))
  for (const name of names) assert.match(name, /^[\w+=,.@-]{1,64}$/)
  assert.equal(new Set(names).size, names.length)
})

test('owner tags are legal tag values and tell people apart', () => {
  const tags = (subject: string) => JSON.stringify(ownerTags('https://idp.example', subject))
  const subjects = ['a', 'A', ' a', 'a*', 'x'.repeat(300), `sha256:${'0'.repeat(64)}`, 'ü']
  assert.equal(new Set(subjects.map(tags)).size, subjects.length)
  for (const subject of subjects) {
    for (const value of Object.values(ownerTags('e', subject))) assert.match(value, /^[a-zA-Z0-9 _.:/=+\-@]{1,256}$/)
  }
})
