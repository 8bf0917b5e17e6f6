/** Deletion, duplication, reordering, renaming and nesting of every element and of every attribute. */
import { type AttributeMark, type ElementMark, type Markup, put } from './markup.ts'
import { altering, type Family, type Mutator } from './mutation.ts'

/** One document for each element, or none where it cannot be. */
function elements(alter: (markup: Markup, element: ElementMark, own: string) => string | undefined): Mutator {
  return altering(function* (markup) {
    for (const element of markup.elements) {
      const document = alter(markup, element, markup.xml.slice(element.start, element.end))
      if (document !== undefined) yield [`${element.name} at ${element.start}`, document]
    }
  })
}

type Alter = (markup: Markup, attribute: AttributeMark, element: ElementMark, own: string) => string | undefined

/** One document for each attribute, declarations included, or none where it cannot be. */
function attributes(alter: Alter): Mutator {
  return altering(function* (markup) {
    for (const element of markup.elements) {
      for (const attribute of element.attributes) {
        const document = alter(markup, attribute, element, markup.xml.slice(attribute.start, attribute.end))
        if (document !== undefined) yield [`${attribute.name} of ${element.name} at ${element.start}`, document]
      }
    }
  })
}

function replaced({ xml }: Markup, { start, end }: ElementMark | AttributeMark, by: string): string {
  return put(xml, start, end, by)
}

/** Exchanges two stretches, of which the first stands first. */
function exchanged(xml: string, left: ElementMark | AttributeMark, right: ElementMark | AttributeMark): string {
  const between = xml.slice(left.end, right.start)
  const [one, other] = [xml.slice(left.start, left.end), xml.slice(right.start, right.end)]
  return put(xml, left.start, right.end, other + between + one)
}

function next<T>(list: readonly T[], one: T): T | undefined {
  return list[list.indexOf(one) + 1]
}

/** The element under another name, in both of its tags. */
function renamed({ xml }: Markup, element: ElementMark, name: string): string {
  const closed = element.endTag === element.end ? xml : put(xml, element.endTag, element.end, `</${name}>`)
  return put(closed, element.start + 1, element.nameEnd, name)
}

/** The element taken out and put at a place outside it. */
function moved({ xml }: Markup, { start, end }: ElementMark, to: number): string | undefined {
  if (to >= start && to <= end) return undefined
  const own = xml.slice(start, end)
  return to < start ? put(put(xml, start, end, ''), to, to, own) : put(put(xml, to, to, own), start, end, '')
}

const changedCase = (name: string) => name.replace(/[a-zA-Z](?=[^:]*$)/, (letter) => swapCase(letter))
const swapCase = (letter: string) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase())

export const structure: Family = {
  'an element deleted': elements((markup, element) => replaced(markup, element, '')),
  'an element emptied': elements(({ xml }, { startTagEnd, endTag }) => {
    return startTagEnd < endTag ? put(xml, startTagEnd, endTag, '') : undefined
  }),
  'an element twice': elements((markup, element, own) => replaced(markup, element, own + own)),
  'an element twice, the second for another user': elements((markup, element, own) => {
    return replaced(markup, element, own + own.replaceAll('alice', 'mallory').replace(/\bI[dD]="/g, '$&x'))
  }),
  'an element twice, the first for another user': elements((markup, element, own) => {
    return replaced(markup, element, own.replaceAll('alice', 'mallory').replace(/\bI[dD]="/g, '$&x') + own)
  }),
  'an element in itself': elements(({ xml }, { endTag, end }, own) => {
    return endTag < end ? put(xml, endTag, endTag, own) : undefined
  }),
  'an element in a copy of its tags': elements((markup, element, own) => {
    const tag = markup.xml.slice(element.start, element.startTagEnd).replace(/\s*\/>$/, '>')
    return replaced(markup, element, `${tag}${own}</${element.name}>`)
  }),
  'an element in another': elements((markup, element, own) => replaced(markup, element, `<x xmlns="">${own}</x>`)),
  'the tags of an element removed': elements((markup, element) => {
    return element.startTagEnd < element.endTag
      ? replaced(markup, element, markup.xml.slice(element.startTagEnd, element.endTag))
      : undefined
  }),
  'two neighbours exchanged': elements((markup, element) => {
    const neighbour = element.parent && next(element.parent.children, element)
    return neighbour && exchanged(markup.xml, element, neighbour)
  }),
  'the first and the last child exchanged': elements((markup, { children }) => {
    const [first, last] = [children[0], children.at(-1)]
    return first === undefined || last === undefined || first === last ? undefined : exchanged(markup.xml, first, last)
  }),
  'an element moved to the front of its parent': elements((markup, element) => {
    return element.parent && moved(markup, element, element.parent.startTagEnd)
  }),
  'an element moved to the end of its parent': elements((markup, element) => {
    return element.parent && moved(markup, element, element.parent.endTag)
  }),
  'an element moved behind its parent': elements((markup, element) => {
    return element.parent && moved(markup, element, element.parent.end)
  }),
  'an element moved to the end of the document': elements((markup, element) => {
    return moved(markup, element, markup.root.endTag)
  }),
  'an element renamed': elements((markup, element) => renamed(markup, element, `${element.name}x`)),
  'an element in other case': elements((markup, element) => renamed(markup, element, changedCase(element.name))),
  'an element without its prefix': elements((markup, element) => {
    return element.prefix === '' ? undefined : renamed(markup, element, element.localName)
  }),
  'an element written the other way, empty or with an end tag': elements(({ xml }, element) => {
    if (element.startTagEnd < element.endTag) return undefined
    return element.endTag === element.end
      ? put(xml, element.start, element.end, `${xml.slice(element.start, element.end - 2)}></${element.name}>`)
      : put(xml, element.startTagEnd - 1, element.end, '/>')
  }),
  'white space in the tags of an element': elements(({ xml }, element) => {
    const spaced = element.endTag < element.end ? put(xml, element.end - 1, element.end - 1, ' \n') : xml
    return put(spaced, element.nameEnd, element.nameEnd, ' \t\n')
  }),
  'white space before an element': elements(({ xml }, { start }) => put(xml, start, start, '\n  ')),
  'an attribute deleted': attributes((markup, attribute) => replaced(markup, attribute, '')),
  'an attribute twice': attributes((markup, attribute, _, own) => replaced(markup, attribute, own + own)),
  'an attribute twice, once in a namespace': attributes((markup, attribute, _, own) => {
    if (attribute.name.includes(':')) return undefined
    const another = own.trim().replace(attribute.name, `q:${attribute.name}`)
    return replaced(markup, attribute, ` xmlns:q="urn:q" ${another.replaceAll('alice', 'mallory')}${own}`)
  }),
  'an attribute in other case': attributes((markup, attribute, _, own) => {
    return replaced(markup, attribute, own.replace(attribute.name, changedCase(attribute.name)))
  }),
  'an attribute in other case beside it': attributes((markup, attribute, _, own) => {
    return replaced(markup, attribute, own + own.replace(attribute.name, changedCase(attribute.name)))
  }),
  'an attribute renamed': attributes((markup, attribute, _, own) => {
    return replaced(markup, attribute, own.replace(attribute.name, `${attribute.name}x`))
  }),
  'two neighbouring attributes exchanged': attributes(({ xml }, attribute, element) => {
    const neighbour = next(element.attributes, attribute)
    return neighbour && exchanged(xml, attribute, neighbour)
  }),
  'the names of two neighbouring attributes exchanged': attributes(({ xml }, attribute, element) => {
    const neighbour = next(element.attributes, attribute)
    if (neighbour === undefined) return undefined
    const second = put(xml, neighbour.valueStart, neighbour.valueEnd, attribute.value)
    return put(second, attribute.valueStart, attribute.valueEnd, neighbour.value)
  }),
  'an attribute moved to the parent': attributes(({ xml }, attribute, { parent }, own) => {
    return parent && put(put(xml, attribute.start, attribute.end, ''), parent.nameEnd, parent.nameEnd, own)
  }),
  'an attribute moved to the first child': attributes(({ xml }, attribute, { children }, own) => {
    const [child] = children
    return child && put(put(xml, child.nameEnd, child.nameEnd, own), attribute.start, attribute.end, '')
  }),
  'an attribute in the other quotation marks': attributes((markup, attribute) => {
    const mark = markup.xml[attribute.valueEnd] === '"' ? "'" : '"'
    const { name, value } = attribute
    return value.includes(mark) ? undefined : replaced(markup, attribute, ` ${name}=${mark}${value}${mark}`)
  }),
  'an attribute without quotation marks': attributes((markup, attribute) => {
    return replaced(markup, attribute, ` ${attribute.name}=${attribute.value}`)
  }),
  'an attribute with white space around its sign': attributes((markup, attribute, _, own) => {
    return replaced(markup, attribute, own.replace('=', '\n= '))
  }),
}
