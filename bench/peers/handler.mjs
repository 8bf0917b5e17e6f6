// The same job on node-saml and the AWS SDK, as small as it can be: verify, mint, redirect. No replay store, no rules, no
// check of the profile, no session of the person's own, hence one AWS call where the gate makes five.
import { CreatePresignedDomainUrlCommand, SageMakerClient } from '@aws-sdk/client-sagemaker'
import { SAML } from '@node-saml/node-saml'
import { settings } from './node-saml.mjs'

const saml = new SAML(settings(JSON.parse(process.env.PEER_PARTIES), 'both'))
const sagemaker = new SageMakerClient({ region: process.env.AWS_REGION })

export async function handler(event) {
  const body = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body
  const SAMLResponse = new URLSearchParams(body).get('SAMLResponse') ?? ''
  const verdict = await saml.validatePostResponseAsync({ SAMLResponse }).catch(() => undefined)
  if (!verdict?.profile) return { statusCode: 403, headers: {}, body: 'refused' }
  const { AuthorizedUrl } = await sagemaker.send(
    new CreatePresignedDomainUrlCommand({
      DomainId: 'd-bench',
      UserProfileName: verdict.profile.nameID.replace(/[^a-z0-9]/g, '-'),
      ExpiresInSeconds: 60,
    }),
  )
  return { statusCode: 302, headers: { location: AuthorizedUrl }, body: '' }
}
