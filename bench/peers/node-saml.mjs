// @node-saml/node-saml with every check on that it has for such a response. It reads the clock itself.
import { SAML, ValidateInResponseTo } from '@node-saml/node-saml'

/** Its settings for these parties; `requiredSignature` is `both` or `assertion`. */
export function settings({ entityId, certificate, audience, acsUrl }, requiredSignature) {
  return {
    idpCert: certificate,
    idpIssuer: entityId,
    issuer: audience,
    audience,
    callbackUrl: acsUrl,
    wantAuthnResponseSigned: requiredSignature === 'both',
    wantAssertionsSigned: true,
    acceptedClockSkewMs: 60_000,
    validateInResponseTo: ValidateInResponseTo.never,
  }
}

/** From the form field to the NameID; rejects where it refuses. One object for all documents, as a service would have. */
export function createJudge({ parties, requiredSignature }) {
  const saml = new SAML(settings(parties, requiredSignature))
  return async (SAMLResponse) => {
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse })
    return profile?.nameID
  }
}
