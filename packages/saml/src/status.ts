/** What the identity provider says of the sign-in (check P1). */
import { attributeOf, childElements, childrenNamed, type Element, textOf } from './nodes.ts'
import { type Refused, refuse, shown } from './refusals.ts'
import { samlp, statusSuccess } from './vocabulary.ts'

/** One Status with one top-level code, Success (SAML core 3.2.2.1). A missing one is no success. */
export function checkStatus(response: Element): Refused | undefined {
  const [status, another] = childrenNamed(response, samlp, 'Status')
  const codes = status === undefined ? [] : childrenNamed(status, samlp, 'StatusCode')
  const [code] = codes
  const value = code && attributeOf(code, 'Value')
  if (value === statusSuccess && codes.length === 1 && another === undefined) return undefined
  const [inner] = code === undefined ? [] : childElements(code)
  const [message] = status === undefined ? [] : childrenNamed(status, samlp, 'StatusMessage')
  const said = message === undefined ? '' : `, saying ${shown(textOf(message))}`
  return refuse(
    'status-not-success',
    `found ${shown(value)}, with ${shown(inner && attributeOf(inner, 'Value'))}${said}`,
  )
}

/**
 * The no to a Response without an assertion. One that reports an error must not hold any (SAML profiles 4.1.4.2): then it is the
 * identity provider's own no, which nobody has to verify, because it grants nothing.
 */
export function refuseWithoutAssertion(response: Element): Refused {
  const reported = childrenNamed(response, samlp, 'Status').length > 0 ? checkStatus(response) : undefined
  if (reported === undefined) return refuse('assertion-count', 'found 0, expected one')
  return refuse('status-not-success', `${reported.refusal.detail}; no assertion, nothing verified`)
}
