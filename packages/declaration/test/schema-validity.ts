/** The keywords of JSON Schema that `jsonSchema()` uses, judged; an unknown keyword throws, so that none goes unjudged. */
export function accepts(schema: unknown, value: unknown): boolean {
  return Object.entries(schema as object).every(([keyword, argument]) => {
    const judge = keywords[keyword]
    if (judge === undefined) throw new TypeError(`keyword ${keyword}`)
    return judge(argument as never, value, schema as Record<string, unknown>)
  })
}

type Judge = (argument: never, value: unknown, schema: Readonly<Record<string, unknown>>) => boolean
type Map = Readonly<Record<string, unknown>>

const isMap = (value: unknown): value is Map => typeof value === 'object' && value !== null && !Array.isArray(value)
const annotation = (): boolean => true

const keywords: Readonly<Record<string, Judge>> = {
  $schema: annotation,
  title: annotation,
  description: annotation,
  default: annotation,
  const: (argument: unknown, value) => argument === value,
  enum: (argument: readonly unknown[], value) => argument.includes(value),
  type: (argument: string, value) =>
    argument === 'array' ? Array.isArray(value) : argument === 'object' ? isMap(value) : typeof value === argument,
  pattern: (argument: string, value) => typeof value !== 'string' || new RegExp(argument, 'u').test(value),
  maxLength: (argument: number, value) => typeof value !== 'string' || value.length <= argument,
  minItems: (argument: number, value) => !Array.isArray(value) || value.length >= argument,
  items: (argument: unknown, value) => !Array.isArray(value) || value.every((item) => accepts(argument, item)),
  minProperties: (argument: number, value) => !isMap(value) || Object.keys(value).length >= argument,
  required: (argument: readonly string[], value) => !isMap(value) || argument.every((key) => Object.hasOwn(value, key)),
  propertyNames: (argument: unknown, value) =>
    !isMap(value) || Object.keys(value).every((key) => accepts(argument, key)),
  properties: (argument: Map, value) =>
    !isMap(value) ||
    Object.entries(argument).every(([key, part]) => !Object.hasOwn(value, key) || accepts(part, value[key])),
  additionalProperties: (argument: unknown, value, schema) =>
    !isMap(value) ||
    Object.entries(value)
      .filter(([key]) => !Object.hasOwn((schema.properties ?? {}) as Map, key))
      .every(([, part]) => argument !== false && accepts(argument, part)),
  anyOf: (argument: readonly unknown[], value) => argument.some((part) => accepts(part, value)),
  oneOf: (argument: readonly unknown[], value) => argument.filter((part) => accepts(part, value)).length === 1,
}
