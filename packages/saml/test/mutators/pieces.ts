/** What an attacker has to put somewhere: pieces of a signed response, and forgeries of them. */
import { type ElementMark, find, freed, type Markup, markupOf, put } from './markup.ts'
import type { Subject } from './mutation.ts'

/** A document with another user's name wherever the name stands. */
export function forged(xml: string): string {
  return xml.replaceAll('alice', 'mallory')
}

/** The element of the document that holds the identity: the Assertion, or what it is encrypted in. */
export function holderOf(markup: Markup): ElementMark {
  const holder = find(markup, 'EncryptedAssertion') ?? find(markup, 'Assertion')
  if (holder === undefined) throw new Error('no Assertion')
  return holder
}

/** The signature that is a child of the element. */
export function signatureOf(element: ElementMark | undefined): ElementMark | undefined {
  return element?.children.find(({ localName }) => localName === 'Signature')
}

/** The text without the element. */
export function without(xml: string, element: ElementMark | undefined): string {
  return element === undefined ? xml : put(xml, element.start, element.end, '')
}

/** One element's own text, standing alone, and that without its signature. */
export function bared(markup: Markup, element: ElementMark): string {
  const alone = markupOf(freed(markup, element))
  return without(alone.xml, signatureOf(alone.root))
}

/** Pieces by their names, each with the declarations that it needs anywhere. Some are empty where the response has none. */
export function piecesOf({ markup, plain }: Subject): Readonly<Record<string, string>> {
  const assertion = plain.elements.find(({ localName }) => localName === 'Assertion') ?? plain.root
  const part = (name: string) => {
    const found = find(plain, name, assertion)
    return found === undefined ? '' : forged(freed(plain, found))
  }
  const holder = holderOf(markup)
  const signature = find(markup, 'Signature')
  const evil = forged(bared(plain, assertion)).replace(/\bID="[^"]*"/, 'ID="evil"')
  const [saml, samlp] = ['urn:oasis:names:tc:SAML:2.0:assertion', 'urn:oasis:names:tc:SAML:2.0:protocol']
  return {
    'the Assertion': freed(markup, holder),
    'the Assertion without its signature': bared(markup, holder),
    'a signature': signature === undefined ? '' : freed(markup, signature),
    'a forged Assertion': evil,
    'a forged Assertion under the signed ID': forged(bared(plain, assertion)),
    'a forged Assertion that keeps its signature': forged(freed(plain, assertion)).replace(/\bID="[^"]*"/, 'ID="evil"'),
    'a forged Assertion in another namespace': evil.replaceAll(saml, 'urn:x'),
    'a forged Assertion in an Object': `<d:Object xmlns:d="http://www.w3.org/2000/09/xmldsig#">${evil}</d:Object>`,
    'a forged Assertion in Extensions': `<p:Extensions xmlns:p="${samlp}">${evil}</p:Extensions>`,
    'a forged Response': forged(freed(plain, plain.root)).replaceAll(/\bI[dD]="/g, '$&x'),
    'a forged Subject': part('Subject'),
    'a forged AttributeStatement': part('AttributeStatement'),
    'a forged AuthnStatement': part('AuthnStatement'),
    'a forged Attribute': `<a:Attribute xmlns:a="${saml}" Name="username"><a:AttributeValue>mallory</a:AttributeValue></a:Attribute>`,
    'a forged NameID': `<a:NameID xmlns:a="${saml}">mallory</a:NameID>`,
    'a forged value': `<a:AttributeValue xmlns:a="${saml}">mallory</a:AttributeValue>`,
    'a Status': `<p:Status xmlns:p="${samlp}"><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status>`,
    'the Conditions': part('Conditions'),
    'an EncryptedID': `<a:EncryptedID xmlns:a="${saml}"/>`,
    'an EncryptedAssertion': `<a:EncryptedAssertion xmlns:a="${saml}"/>`,
    'an element without namespace': '<NameID xmlns="">mallory</NameID>',
    text: 'mallory',
  }
}
