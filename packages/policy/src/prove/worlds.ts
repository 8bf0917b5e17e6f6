/** Conditions of a template that nothing decides: every way in which they can come out is a world of its own. */
import type { Template } from '../template/index.ts'
import { isUnknown, TemplateError, type Value } from '../template/index.ts'

/** What one world takes for granted about an equation of a condition. */
interface Assumption {
  readonly left: string
  readonly right: string
  readonly holds: boolean
}

/** `Fn::Equals` of values that are not both known: what is assumed, or undefined after noting that it is open. */
export type Decide = (left: Value, right: Value) => boolean | undefined

export interface World<T> {
  /** In words: `parameter Stage is prod`, `parameter Stage is not prod`. */
  readonly assumed: readonly string[]
  readonly value: T
  /** Equations that stayed open, because there were too many worlds. */
  readonly open: readonly string[]
}

/** 2 to the power of this many equations at most. */
const mostAssumptions = 6

const shown = (value: Value): string =>
  isUnknown(value) ? `<${value.unknown}>` : typeof value === 'object' ? JSON.stringify(value) : String(value)

const words = ({ left, right, holds }: Assumption): string =>
  `${left.replace(/^<(parameter \S+) has no default.*>$/, '$1')} is ${holds ? '' : 'not '}${right.replace(/^<(.*)>$/, '$1') || 'empty'}`

const isOpen = (text: string): boolean => text.startsWith('<')

/** Values that a parameter may have, by what stands for its value while nobody gives one. */
const allowedOf = (
  template: Template,
  found = new Map<string, readonly string[]>(),
): ReadonlyMap<string, readonly string[]> => {
  for (const { name, allowedValues } of template.parameters.values())
    if (allowedValues !== undefined) found.set(`<${unvalued(name)}>`, allowedValues)
  return found
}

/** The reason that the template package gives for a parameter without value. */
const unvalued = (name: string): string => `parameter ${name} has no default and no value was given`

/** What follows from the assumptions: a text is equal to one other text at most, and a parameter to one of its allowed values. */
const implied = (
  left: string,
  right: string,
  assumptions: readonly Assumption[],
  allowed: ReadonlyMap<string, readonly string[]>,
): boolean | undefined => {
  const about = assumptions.filter((each) => each.left === left)
  const known = about.find((each) => each.right === right)
  if (known !== undefined) return known.holds
  if (isOpen(right)) return undefined
  if (about.some((each) => each.holds && !isOpen(each.right))) return false
  const values = allowed.get(left)
  if (values === undefined) return undefined
  if (!values.includes(right)) return false
  const possible = values.filter((value) => !about.some((each) => each.right === value && !each.holds))
  return possible.length === 1 ? possible[0] === right : undefined
}

/**
 * Asks in every world: first in one that assumes nothing; an equation that is met there and is open makes two of it, up to a limit, behind which
 * `open` names what stays undecided. A world that CloudFormation would refuse, because something in it refers to what is not there, is none;
 * throws TemplateError where all are.
 */
export const worldsOf = <T>(template: Template, ask: (decide: Decide) => T): readonly World<T>[] => {
  const allowed = allowedOf(template)
  const worlds: World<T>[] = []
  let refused: TemplateError | undefined
  const attempt = (decide: Decide): { readonly made: T } | undefined => {
    try {
      return { made: ask(decide) }
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      refused = error
      return undefined
    }
  }
  const visit = (assumptions: readonly Assumption[]): void => {
    const open: Assumption[] = []
    const value = attempt((one, other) => {
      // The one that nobody knows stands on the left.
      const [left = '', right = ''] = [shown(one), shown(other)].sort(
        (a, b) => Number(isOpen(b)) - Number(isOpen(a)) || (a < b ? -1 : 1),
      )
      const answer = implied(left, right, assumptions, allowed)
      if (answer === undefined) open.push({ left, right, holds: true })
      return answer
    })
    const [first] = open
    if (first === undefined || assumptions.length >= mostAssumptions) {
      if (value !== undefined)
        worlds.push({ assumed: assumptions.map(words), value: value.made, open: open.map(words) })
      return
    }
    visit([...assumptions, first])
    visit([...assumptions, { ...first, holds: false }])
  }
  visit([])
  if (worlds.length === 0 && refused !== undefined) throw refused
  return worlds
}
