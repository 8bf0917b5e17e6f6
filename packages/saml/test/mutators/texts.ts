/** Comment, instruction, CDATA, entity, white space and splits, in every text and in every attribute value. */
import { type ElementMark, type Markup, put } from './markup.ts'
import { altering, type Family, type Mutator } from './mutation.ts'

/** A stretch of characters: a text, or the value of an attribute. */
interface Stretch {
  readonly what: string
  readonly raw: string
  readonly start: number
  readonly end: number
  readonly isText: boolean
}

function stretches({ texts, elements }: Markup): readonly Stretch[] {
  return [
    ...texts.map(({ raw, start, end, parent }) => ({ what: `text of ${path(parent)}`, raw, start, end, isText: true })),
    ...elements.flatMap((element) =>
      element.attributes.map(({ name, value, valueStart, valueEnd }) => {
        return { what: `${name} of ${path(element)}`, raw: value, start: valueStart, end: valueEnd, isText: false }
      }),
    ),
  ]
}

function path(element: ElementMark): string {
  return `${element.name} at ${element.start}`
}

/** Puts a fragment at the beginning, in the middle and at the end of every text, and into every attribute's value. */
function inserted(fragment: string): Mutator {
  return altering(function* (markup) {
    for (const { what, raw, start, end, isText } of stretches(markup)) {
      for (const at of new Set(isText ? [start, start + middle(raw), end] : [start + middle(raw)])) {
        yield [`${what}, at ${at - start}`, put(markup.xml, at, at, fragment)]
      }
    }
  })
}

/** A place in the middle that is not within a reference. */
function middle(raw: string): number {
  const half = raw.length >> 1
  const reference = raw.lastIndexOf('&', half)
  return reference >= 0 && raw.indexOf(';', reference) >= half ? reference : half
}

/** Writes every stretch anew. Undefined where that cannot be. */
function rewritten(write: (raw: string) => string | undefined): Mutator {
  return altering(function* (markup) {
    for (const { what, raw, start, end } of stretches(markup)) {
      const written = write(raw)
      if (written !== undefined && written !== raw) yield [what, put(markup.xml, start, end, written)]
    }
  })
}

/** Declares an entity in a DOCTYPE and refers to it wherever text stands. */
function declared(entity: string): Mutator {
  return altering(function* (markup) {
    const { xml, root } = markup
    for (const { what, raw, start, end } of stretches(markup)) {
      const doctype = `<!DOCTYPE ${root.name} [<!ENTITY e ${entity.replace('{raw}', raw)}>]>`
      yield [what, put(put(xml, start, end, '&e;'), root.start, root.start, doctype)]
    }
  })
}

function first(raw: string): number | undefined {
  return raw === '' || raw.startsWith('&') ? undefined : raw.codePointAt(0)
}

const rest = (raw: string) => raw.slice((raw.codePointAt(0) ?? 0) > 0xffff ? 2 : 1)

function asReferences(raw: string): string {
  return raw.replace(/&[^;]*;|./gsu, (found) => (found.startsWith('&') ? found : `&#${found.codePointAt(0)};`))
}

export const texts: Family = {
  'an empty comment': inserted('<!---->'),
  'a comment': inserted('<!--.evil.example-->'),
  'a processing instruction': inserted('<?x not-?>'),
  'an empty CDATA section': inserted('<![CDATA[]]>'),
  'a CDATA section': inserted('<![CDATA[mallory]]>'),
  'the end of a CDATA section': inserted(']]>'),
  'a predefined entity': inserted('&amp;'),
  'a numeric reference': inserted('&#65;'),
  'an undeclared entity': inserted('&e;'),
  'a reference to NUL': inserted('&#0;'),
  'a reference to a lone surrogate': inserted('&#xD800;'),
  'a split by an element': inserted('<x xmlns=""/>'),
  'a split by an element with text': inserted('<x xmlns="urn:x">mallory</x>'),
  'a space': inserted(' '),
  'a tab': inserted('\t'),
  'a line feed': inserted('\n'),
  'a carriage return': inserted('\r\n'),
  'a carriage return as a reference': inserted('&#13;'),
  'a line feed as a reference': inserted('&#10;'),
  'a zero-width space': inserted('\u200b'),
  'a right-to-left override': inserted('\u202e'),
  'a combining accent': inserted('\u0301'),
  'a NUL': inserted('\0'),
  'a bare ampersand': inserted('&'),
  'a quotation mark': inserted('"'),
  'an apostrophe': inserted("'"),
  'an entity declared as the text': declared('"{raw}"'),
  'an entity declared as another': declared('"mallory"'),
  'an external entity': declared('SYSTEM "http://192.0.2.1/"'),
  'the first character as a decimal reference': rewritten((raw) => {
    return first(raw) === undefined ? undefined : `&#${first(raw)};${rest(raw)}`
  }),
  'the first character as a hexadecimal reference': rewritten((raw) => {
    return first(raw) === undefined ? undefined : `&#x${first(raw)?.toString(16)};${rest(raw)}`
  }),
  'the first character as a reference with zeros': rewritten((raw) => {
    return first(raw) === undefined ? undefined : `&#x0000${first(raw)?.toString(16)};${rest(raw)}`
  }),
  'everything as references': rewritten(asReferences),
  'everything in a CDATA section': rewritten((raw) => `<![CDATA[${raw}]]>`),
  'everything removed': rewritten(() => ''),
  'everything in upper case': rewritten((raw) => raw.toUpperCase()),
  'everything twice': rewritten((raw) => raw + raw),
  'the last character removed': rewritten((raw) => raw.slice(0, -1)),
  'the name of another': rewritten((raw) => (raw.includes('alice') ? raw.replaceAll('alice', 'mallory') : undefined)),
  'the name of another only': rewritten(() => 'mallory'),
  'in full-width letters': rewritten((raw) => {
    return raw.replace(/[a-z]/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))
  }),
}
