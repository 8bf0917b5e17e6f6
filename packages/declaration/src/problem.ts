/** One thing to change in a declaration. */
export interface DeclarationError {
  /** As given by the caller. */
  readonly file: string
  /** From 1; 0 where there is no text, as for a declaration in TypeScript. */
  readonly line: number
  /** From 1, in UTF-16 units; 0 where there is no text. */
  readonly column: number
  /** Such as `rules[0].from[1]`; empty for the file as a whole. */
  readonly path: string
  /** What was found and what is allowed. */
  readonly message: string
  /** What to do about it. */
  readonly fix: string
}

/** Something legal that is probably not meant. Same shape as an error. */
export type DeclarationWarning = DeclarationError

/** Line and column, from 1; both 0 where there is no text. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** By path: where every value stands, where its key stands, and how a scalar is written. Filled while the text is read. */
export type Places = Map<string, Place & { readonly key: Place; readonly written?: string | undefined }>

/** How checks say what is wrong; they go on checking. The place follows from the path unless it is given. */
export interface Report {
  error(path: string, message: string, fix: string, place?: Place): void
  warning(path: string, message: string, fix: string): void
}

/** One line for a terminal or a log: `file:line:column: path: message; fix`. */
export function errorText({ file, line, column, path, message, fix }: DeclarationError): string {
  const place = line === 0 ? file : `${file}:${line}:${column}`
  return `${[place, path, message].filter((part) => part !== '').join(': ')}; ${fix}`
}

/** Collects problems of one file. `places` knows the values that were read; the nearest one around a path stands in for others. */
export function collect(file: string, places: Places) {
  const errors: DeclarationError[] = []
  const warnings: DeclarationWarning[] = []
  const placed = (path: string, message: string, fix: string, place?: Place): DeclarationError => {
    const { line, column } = place ?? placeOf(path, places)
    return { file, line, column, path, message, fix }
  }
  const report: Report = {
    error: (path, message, fix, place) => void errors.push(placed(path, message, fix, place)),
    warning: (path, message, fix) => void warnings.push(placed(path, message, fix)),
  }
  return { errors, warnings, report }
}

function placeOf(path: string, places: Places): Place {
  const own = places.get(path)
  if (own !== undefined) return own
  if (path === '') return { line: 0, column: 0 }
  return placeOf(path.slice(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['), 0)), places)
}
