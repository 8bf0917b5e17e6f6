/** A document as it was received: signatures of the usual form are read in one go. What was digested is parsed without. */
import type { Admitted } from './gate.ts'
import type { XmlDocument } from './nodes.ts'
import type { Refused } from './refusals.ts'
import { readUsual } from './usual-signature.ts'
import { type Manner, parseXml } from './xml.ts'

/** Of what was received, only identifiers and values of signatures become texts: all octets as one text would cost more. */
const manner: Manner = { readWhole: readUsual, singleTexts: 16 }

export function parseReceived({ octets, start }: Admitted): XmlDocument | Refused {
  return parseXml(octets, start, manner)
}
