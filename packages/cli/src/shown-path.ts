import { isAbsolute, relative } from 'node:path'

/** A path as a person would write it here: relative where it lies below the current folder, else absolute. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path)
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short
}
