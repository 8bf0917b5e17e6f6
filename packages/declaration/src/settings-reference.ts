import { durationOf } from './duration.ts'
import { declaration } from './settings.ts'
import { nameSays, type RecordShape, type Setting, type Shape } from './shape.ts'

const whole = 'The file'

/** Markdown with one table for each record of the declaration: key, what it may be, default, meaning. */
export function settingsReference(): string {
  const tables = recordsIn(whole, declaration)
  return tables.map(([title, shape]) => `### ${title}\n\n${table(shape)}\n`).join('\n')
}

function table(shape: RecordShape): string {
  const rows = Object.entries(shape.settings).map(
    ([key, setting]) => `| \`${key}\` | ${allowed(setting.shape)} | ${preset(setting)} | ${setting.about} |`,
  )
  const note =
    shape.exactlyOne === undefined
      ? ''
      : `\n\nExactly one of ${shape.exactlyOne.map((key) => `\`${key}\``).join(', ')}.`
  return `| setting | may be | without it | meaning |\n|---|---|---|---|\n${rows.join('\n')}${note}`
}

function preset({ required, default: value }: Setting): string {
  if (required) return 'required'
  return value === undefined ? '' : `\`${typeof value === 'object' ? JSON.stringify(value) : value}\``
}

/** What a value may be, in the words of a table cell. */
function allowed(shape: Shape): string {
  switch (shape.kind) {
    case 'version':
      return `\`${shape.is}\``
    case 'text':
      return shape.says === nameSays ? 'name' : shape.says
    case 'choice':
      return shape.of.map((word) => `\`${word}\``).join(', ')
    case 'duration':
      return `\`${durationOf(shape.from)}\` to \`${durationOf(shape.to)}\``
    case 'list':
      return `list of: ${allowed(shape.of)}`
    case 'oneOrMany':
      return `${allowed(shape.of)}, or a list`
    case 'named':
      return shape.of.kind === 'record'
        ? 'names, each with the settings below'
        : `names, each with ${allowed(shape.of)}`
    case 'record':
      return 'the settings below'
    case 'wordOrRecord':
      return `${shape.word.map((word) => `\`${word}\``).join(', ')}, or the settings below`
    case 'variants':
      return 'the settings below'
  }
}

function recordsIn(title: string, shape: RecordShape): readonly (readonly [string, RecordShape])[] {
  const inner = Object.entries(shape.settings).flatMap(([key, setting]) =>
    nested(title === whole ? key : `${title}, ${key}`, setting.shape),
  )
  return [[title, shape], ...inner]
}

function nested(title: string, shape: Shape): readonly (readonly [string, RecordShape])[] {
  switch (shape.kind) {
    case 'record':
      return recordsIn(title, shape)
    case 'wordOrRecord':
      return recordsIn(title, shape.record)
    case 'variants':
      return Object.entries(shape.of).flatMap(([word, variant]) =>
        recordsIn(`${title} with \`${shape.by}: ${word}\``, variant),
      )
    case 'list':
    case 'oneOrMany':
    case 'named':
      return nested(title, shape.of)
    default:
      return []
  }
}
