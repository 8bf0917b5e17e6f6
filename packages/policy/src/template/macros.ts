import { at, inWords } from './problem.ts'
import { isList, isMap, type Json } from './value.ts'

/** Whether a key calls something that rewrites the template, which only AWS or the macro's owner can do. */
export const isMacroCall = (key: string): boolean => key === 'Fn::Transform' || key.startsWith('Fn::ForEach::')

/** Every macro of a template in words: those over all of it but language extensions, and those at one place, with the path. */
export function macrosOf(json: { readonly [key: string]: Json }): readonly string[] {
  const { Transform: transform = [] } = json
  const whole = (isList(transform) ? transform : [transform]).filter((macro) => macro !== 'AWS::LanguageExtensions')
  return [...whole.map((macro) => `the macro ${inWords(isMap(macro) ? macro.Name : macro)}`), ...calls(json, '')]
}

function* calls(value: Json, path: string): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, part] of Object.entries(value)) {
    if (!isList(value) && isMacroCall(key)) yield `${key} at ${path}`
    else yield* calls(part, at(path, isList(value) ? Number(key) : key))
  }
}

/** The template without what its macros would make or read: `Globals`, and sections' entries that are calls. */
export function withoutMacros(json: { readonly [key: string]: Json }): { readonly [key: string]: Json } {
  const { Transform: _, Globals: __, ...sections } = json
  return Object.fromEntries(
    Object.entries(sections).map(([name, section]) => [
      name,
      isMap(section) ? Object.fromEntries(Object.entries(section).filter(([key]) => !isMacroCall(key))) : section,
    ]),
  )
}
