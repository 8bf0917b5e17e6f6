import { callOf, intrinsics } from './intrinsics.ts'
import { isMacroCall } from './macros.ts'
import { at, inWords, problemAt, type TemplateProblem } from './problem.ts'
import { pseudoParameters } from './pseudo.ts'
import { type Reference, references } from './references.ts'
import { isList, isMap, type Json } from './value.ts'

/** In which part of a template a value stands: condition functions belong to `conditions`, `Fn::If` and `Fn::GetAtt` to `values`. */
export type Section = 'conditions' | 'values'

/** What a template may hold beyond the functions that everybody knows. */
export interface Dialect {
  /** `AWS::LanguageExtensions` */
  readonly extended: boolean
  /** Macros are kept, not refused. */
  readonly macros: boolean
}

/** Judges every function call in a value by its shape and place: what is wrong without knowing any value. */
export function* shapeProblems(
  value: Json,
  path: string,
  section: Section,
  dialect: Dialect,
): Generator<TemplateProblem> {
  const inner = (part: Json, partPath: string): Generator<TemplateProblem> =>
    shapeProblems(part, partPath, section, dialect)
  if (value === null) {
    yield problemAt(path, 'null', 'any other value; `Ref: AWS::NoValue` makes a property absent')
  } else if (isList(value)) {
    for (const [index, part] of value.entries()) yield* inner(part, at(path, index))
  } else if (isMap(value)) {
    const call = callOf(value)
    if (call === undefined) {
      const stray = Object.keys(value).find((key) => key.startsWith('Fn::') && !(dialect.macros && isMacroCall(key)))
      if (stray !== undefined)
        yield problemAt(at(path, stray), `${stray} beside other keys`, 'a function as the only key of its map')
    } else {
      const problem = callProblem(call.name, call.argument, at(path, call.name), section, dialect)
      if (problem !== undefined) {
        yield problem
        return
      }
    }
    for (const [key, part] of Object.entries(value)) yield* inner(part, at(path, key))
  }
}

function callProblem(
  name: string,
  argument: Json,
  path: string,
  section: Section,
  { extended, macros }: Dialect,
): TemplateProblem | undefined {
  if (macros && isMacroCall(name)) return undefined
  if (name === 'Fn::Transform') {
    const macro = isMap(argument) ? inWords(argument.Name) : inWords(argument)
    return problemAt(path, `the macro ${macro}`, 'templates whose macros have already been expanded')
  }
  const row = intrinsics[name]
  if (row === undefined) return problemAt(path, `the function ${name}`, Object.keys(intrinsics).join(', '))
  if (row.standsIn === 'conditions' && section === 'values')
    return problemAt(path, `${name} outside Conditions`, 'a named condition in Conditions, used by Fn::If or Condition')
  if (row.standsIn === 'values' && section === 'conditions')
    return problemAt(
      path,
      `${name} inside Conditions`,
      'parameters, pseudo parameters, mappings and condition functions',
    )
  if (row.languageExtension && !extended)
    return problemAt(
      path,
      `${name} without its transform`,
      '`Transform: AWS::LanguageExtensions` at the top of the template',
    )
  return row.fits(argument) ? undefined : problemAt(path, inWords(argument), row.shape)
}

/** The names that references may lead to. */
export interface Names {
  readonly parameters: ReadonlySet<string>
  readonly resources: ReadonlySet<string>
  readonly conditions: ReadonlySet<string>
  readonly mappings: ReadonlySet<string>
}

/** Judges every reference in a value: whatever leads nowhere, or leads to a resource where there are none yet. */
export function* referenceProblems(
  value: Json,
  path: string,
  section: Section,
  names: Names,
): Generator<TemplateProblem> {
  for (const reference of references(value, path, () => 'both', section === 'conditions')) {
    const [goals, kind] = goalsOf(reference, section, names)
    if (goals.some((goal) => goal.has(reference.name))) continue
    if (reference.kind === 'ref' && (pseudoParameters.has(reference.name) || reference.name === 'AWS::NoValue'))
      continue
    const near = nearest(reference.name, goals)
    const allowed = near === undefined ? `the name of a ${kind}` : `the name of a ${kind}; did you mean ${near}?`
    yield problemAt(reference.path, `\`${reference.name}\`, which the template does not declare`, allowed)
  }
}

function goalsOf(
  reference: Reference,
  section: Section,
  names: Names,
): readonly [readonly ReadonlySet<string>[], string] {
  if (reference.kind === 'condition') return [[names.conditions], 'condition']
  if (reference.kind === 'mapping') return [[names.mappings], 'mapping']
  if (reference.kind === 'getAtt') return [[names.resources], 'resource']
  return section === 'conditions'
    ? [[names.parameters], 'parameter']
    : [[names.parameters, names.resources], 'parameter or resource']
}

/** Another spelling of the same name: the typo that logical ids suffer most. */
function nearest(name: string, goals: readonly ReadonlySet<string>[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/s$/, '')
  return goals.flatMap((goal) => [...goal]).find((goal) => plain(goal) === plain(name))
}
