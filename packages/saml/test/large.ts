/** Good responses of any size, which hostile ones are compared with: a member of many groups. */
import { type Case, type Made, make } from './cases.ts'

const base: Case = {
  name: '',
  shape: 'okta',
  sign: [{ of: 'Assertion', prefixList: 'a b c d e f g h i j k l m n o p' }],
}
const end = '</saml2:AttributeStatement>'

/** A signed response of the usual size, which hostile contents are put into. */
export const usualResponse: Made = make(base)

/** A signed response of about so many characters. */
export function largeResponse(size: number): Made {
  const room = Math.max(1, size - usualResponse.xml.length)
  const values = Array.from({ length: room / 75 }, (_, at) => {
    return `<saml2:AttributeValue>a-group-of-the-company-${at}</saml2:AttributeValue>`.padEnd(75)
  })
  const groups = `<saml2:Attribute Name="groups">${values.join('')}</saml2:Attribute>`
  return make({ ...base, before: [{ find: end, put: groups + end }] })
}
