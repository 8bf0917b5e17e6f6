/**
 * Input shapes of AWS operations and the validation messages that AWS answers with. A shape is a table with the
 * constraints of the public API model; the type of the input follows from it.
 */

type Field =
  | {
      readonly type: 'string'
      readonly required?: true
      readonly min?: number
      readonly max?: number
      /** Anchored; written as AWS prints it. */
      readonly pattern?: string
      readonly values?: readonly string[]
    }
  | { readonly type: 'integer'; readonly required?: true; readonly min?: number; readonly max?: number }
  | { readonly type: 'boolean'; readonly required?: true }
  | { readonly type: 'structure'; readonly required?: true; readonly fields: Shape }
  | { readonly type: 'list'; readonly required?: true; readonly of: Field; readonly max?: number }

export interface Shape {
  readonly [name: string]: Field
}

type Value<F extends Field> = F extends { readonly type: 'string' }
  ? string
  : F extends { readonly type: 'integer' }
    ? number
    : F extends { readonly type: 'boolean' }
      ? boolean
      : F extends { readonly type: 'structure'; readonly fields: infer S extends Shape }
        ? InputOf<S>
        : F extends { readonly type: 'list'; readonly of: infer E extends Field }
          ? readonly Value<E>[]
          : never

/** The input that a shape admits: required members are there, all others may be `undefined`. */
export type InputOf<S extends Shape> = {
  readonly [K in keyof S]: S[K] extends { readonly required: true } ? Value<S[K]> : Value<S[K]> | undefined
}

export type ShapeCheck<S extends Shape> =
  | { readonly ok: true; readonly input: InputOf<S> }
  | { readonly ok: false; readonly code: 'ValidationException' | 'SerializationException'; readonly message: string }

/** Judges an input. All violated constraints come in one message, as AWS reports them; members outside the shape are ignored. */
export function checkShape<S extends Shape>(raw: unknown, shape: S): ShapeCheck<S> {
  const violations: string[] = []
  const wrongTypes: string[] = []
  checkFields(raw, shape, '', violations, wrongTypes)
  if (wrongTypes.length > 0) {
    return {
      ok: false,
      code: 'SerializationException',
      message: `${wrongTypes[0]} can not be converted to the type that the operation expects`,
    }
  }
  if (violations.length === 0) return { ok: true, input: raw as InputOf<S> }
  const count = `${violations.length} validation error${violations.length > 1 ? 's' : ''} detected: `
  return { ok: false, code: 'ValidationException', message: count + violations.join('; ') }
}

function checkFields(raw: unknown, shape: Shape, path: string, violations: string[], wrongTypes: string[]): void {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    wrongTypes.push(path || 'the request body')
    return
  }
  for (const [name, field] of Object.entries(shape)) {
    const value = (raw as Record<string, unknown>)[name]
    checkField(
      value ?? undefined,
      field,
      path === '' ? lowerFirst(name) : `${path}.${lowerFirst(name)}`,
      violations,
      wrongTypes,
    )
  }
}

function checkField(value: unknown, field: Field, path: string, violations: string[], wrongTypes: string[]): void {
  const violated = (constraint: string) =>
    violations.push(
      `Value ${value === undefined ? 'null' : `'${String(value)}'`} at '${path}' failed to satisfy constraint: Member must ${constraint}`,
    )
  if (value === undefined) {
    if (field.required) violated('not be null')
    return
  }
  switch (field.type) {
    case 'string':
      if (typeof value !== 'string') return void wrongTypes.push(path)
      if (field.max !== undefined && value.length > field.max)
        violated(`have length less than or equal to ${field.max}`)
      if (field.min !== undefined && value.length < field.min)
        violated(`have length greater than or equal to ${field.min}`)
      if (field.pattern !== undefined && !new RegExp(`^(?:${field.pattern})$`, 'u').test(value)) {
        violated(`satisfy regular expression pattern: ${field.pattern}`)
      }
      if (field.values && !field.values.includes(value))
        violated(`satisfy enum value set: [${field.values.join(', ')}]`)
      return
    case 'integer':
      if (typeof value !== 'number' || !Number.isInteger(value)) return void wrongTypes.push(path)
      if (field.max !== undefined && value > field.max) violated(`have value less than or equal to ${field.max}`)
      if (field.min !== undefined && value < field.min) violated(`have value greater than or equal to ${field.min}`)
      return
    case 'boolean':
      if (typeof value !== 'boolean') wrongTypes.push(path)
      return
    case 'structure':
      checkFields(value, field.fields, path, violations, wrongTypes)
      return
    case 'list':
      if (!Array.isArray(value)) return void wrongTypes.push(path)
      if (field.max !== undefined && value.length > field.max)
        violated(`have length less than or equal to ${field.max}`)
      value.forEach((element, index) => {
        checkField(element, field.of, `${path}.${index + 1}.member`, violations, wrongTypes)
      })
  }
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
