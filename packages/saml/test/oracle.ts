/** libxml2 as an independent reading of XML: exclusive canonicalization of one element, by its ID or by its name. */
import { XmlC14NMode, XmlDocument, XmlElement } from 'libxml2-wasm'

export interface Piece {
  /** XPath of the element. */
  readonly xpath: string
  /** Leave out the signature that is its child. */
  readonly withoutSignature?: boolean
  /** PrefixList of exclusive canonicalization; `''` for `#default`. */
  readonly prefixes?: readonly string[]
}

/** XPath of an element of any namespace by its ID. */
export function byId(id: string): string {
  return `//*[@ID='${id}']`
}

/** The canonical octets that libxml2 writes for a piece of the document. */
export function canonicalByLibxml2(xml: string, piece: Piece): string {
  const document = XmlDocument.fromString(xml)
  try {
    const element = document.get(piece.xpath)
    if (!(element instanceof XmlElement)) throw new Error(`no element at ${piece.xpath}`)
    if (piece.withoutSignature === true) document.get(`${piece.xpath}/*[local-name(.)='Signature']`)?.remove()
    return element.canonicalizeToString({
      mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0,
      inclusiveNamespacePrefixes: (piece.prefixes ?? []).map((prefix) => (prefix === '' ? '#default' : prefix)),
    })
  } finally {
    document.dispose()
  }
}
