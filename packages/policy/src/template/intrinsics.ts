import { isMap, type Json } from './value.ts'

/** What can be said about a function without resolving it. */
export interface Intrinsic {
  /** Whether the argument has a shape that could mean something. */
  readonly fits: (argument: Json) => boolean
  /** The shape in words, for the message when it does not fit. */
  readonly shape: string
  /** Condition functions stand in the section `Conditions` only; `Fn::If` stands everywhere else. */
  readonly standsIn: 'anywhere' | 'conditions' | 'values'
  /** CloudFormation knows the function only in templates with `Transform: AWS::LanguageExtensions`. */
  readonly languageExtension?: true
}

const list = (argument: Json, from: number, to = from): argument is readonly Json[] =>
  Array.isArray(argument) && argument.length >= from && argument.length <= to
const text = (argument: Json | undefined): boolean => typeof argument === 'string' && argument !== ''
const textOrMap = (argument: Json | undefined): boolean => typeof argument === 'string' || isMap(argument)
const listOrMap = (argument: Json | undefined): boolean => Array.isArray(argument) || isMap(argument)

/** Every function this package resolves, by the key that calls it. Null prototype: `constructor` finds nothing. */
export const intrinsics: Readonly<Record<string, Intrinsic>> = Object.assign(Object.create(null), {
  Ref: { fits: text, shape: 'the name of a parameter or resource', standsIn: 'anywhere' },
  'Fn::GetAtt': {
    fits: (a) => (typeof a === 'string' ? /^[^.]+\..+$/.test(a) : list(a, 2) && text(a[0]) && textOrMap(a[1])),
    shape: '[resource, attribute] or `resource.attribute`',
    standsIn: 'values',
  },
  'Fn::Sub': {
    fits: (a) => typeof a === 'string' || (list(a, 2) && typeof a[0] === 'string' && isMap(a[1])),
    shape: 'a text, or [text, map of variables]',
    standsIn: 'anywhere',
  },
  'Fn::Join': {
    fits: (a) => list(a, 2) && typeof a[0] === 'string' && listOrMap(a[1]),
    shape: '[delimiter, list of values]',
    standsIn: 'anywhere',
  },
  'Fn::Select': {
    fits: (a) => list(a, 2) && !Array.isArray(a[0]) && listOrMap(a[1]),
    shape: '[index from 0, list of values]',
    standsIn: 'anywhere',
  },
  'Fn::Split': {
    fits: (a) => list(a, 2) && text(a[0]) && textOrMap(a[1]),
    shape: '[delimiter, text]',
    standsIn: 'anywhere',
  },
  'Fn::If': {
    fits: (a) => list(a, 3) && text(a[0]),
    shape: '[name of a condition, value if true, value if false]',
    standsIn: 'values',
  },
  'Fn::Equals': { fits: (a) => list(a, 2), shape: '[value, value]', standsIn: 'conditions' },
  'Fn::And': { fits: (a) => list(a, 2, 10), shape: 'a list of 2 to 10 conditions', standsIn: 'conditions' },
  'Fn::Or': { fits: (a) => list(a, 2, 10), shape: 'a list of 2 to 10 conditions', standsIn: 'conditions' },
  'Fn::Not': { fits: (a) => list(a, 1), shape: 'a list of one condition', standsIn: 'conditions' },
  'Fn::FindInMap': {
    fits: (a) => list(a, 3, 4) && a.slice(0, 3).every(textOrMap),
    shape: '[mapping, first key, second key] and with language extensions { DefaultValue }',
    standsIn: 'anywhere',
  },
  'Fn::Base64': { fits: textOrMap, shape: 'a text', standsIn: 'anywhere' },
  'Fn::Cidr': {
    fits: (a) => list(a, 2, 3) && textOrMap(a[0]),
    shape: '[address block, count 1 to 256, host bits of each block]',
    standsIn: 'anywhere',
  },
  'Fn::GetAZs': { fits: textOrMap, shape: 'a Region, or the empty text for the own one', standsIn: 'anywhere' },
  'Fn::ImportValue': { fits: textOrMap, shape: 'the name of an export', standsIn: 'anywhere' },
  'Fn::Length': { fits: listOrMap, shape: 'a list', standsIn: 'anywhere', languageExtension: true },
  'Fn::ToJsonString': { fits: listOrMap, shape: 'a list or a map', standsIn: 'anywhere', languageExtension: true },
} satisfies Record<string, Intrinsic>)

/**
 * The function call that a map is: its one key and the argument. Everything else is a plain map, also `{ Condition: 'X' }`, which
 * is a call only in the section `Conditions`.
 */
export function callOf(value: Json): { readonly name: string; readonly argument: Json } | undefined {
  if (!isMap(value)) return undefined
  const [entry, ...rest] = Object.entries(value)
  if (entry === undefined || rest.length > 0) return undefined
  const [name, argument] = entry
  return name === 'Ref' || name.startsWith('Fn::') ? { name, argument } : undefined
}
