/** The HTTP-POST binding's form (SAML Bindings 3.5): one `SAMLResponse` field, wherever it stands among the others. */
import type { Refusal } from './refusals.ts'
import { refuse } from './refusals.ts'

/** 256 KiB of base64 (check G1); the gate's own parser never sees more. */
export const samlResponseLimit = 256 * 1024
/** The whole body: the field with its percent-encoding, and room for RelayState. */
export const formLimit = 384 * 1024
/** The binding has two fields, proxies and portals add a few. Each costs a pair of strings, however short it is. */
export const fieldLimit = 64

type Form = { readonly ok: true; readonly samlResponse: string } | { readonly ok: false; readonly refusal: Refusal }

/** Reads the field from the body. Bytes beyond the limit are never read; every other field is ignored. */
export async function readForm(request: Request): Promise<Form> {
  const contentType = request.headers.get('content-type') ?? ''
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase()
  if (mediaType !== 'application/x-www-form-urlencoded') {
    return refuse('content-type-unsupported', `content type is \`${mediaType || 'absent'}\``)
  }
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase()
  if (encoding !== undefined && encoding !== '' && encoding !== 'identity') {
    return refuse('content-type-unsupported', `content encoding is \`${encoding}\`; compressed forms are not read`)
  }
  const body = await readAtMost(request, formLimit)
  if (body === 'too-large') return refuse('form-too-large', `the body is larger than ${formLimit} bytes`)
  if (body === 'broken') return refuse('form-unreadable', 'the body ended before it was complete, or is not UTF-8')

  if (separators(body) >= fieldLimit) return refuse('form-too-large', `the form has more than ${fieldLimit} fields`)
  const responses = new URLSearchParams(body).getAll('SAMLResponse')
  const [samlResponse] = responses
  if (samlResponse === undefined || samlResponse === '') {
    return refuse('saml-response-missing', 'the form has no `SAMLResponse` field, or an empty one')
  }
  if (responses.length > 1)
    return refuse('saml-response-repeated', `the form has ${responses.length} \`SAMLResponse\` fields`)
  if (samlResponse.length > samlResponseLimit) {
    return refuse(
      'form-too-large',
      `\`SAMLResponse\` has ${samlResponse.length} characters, at most ${samlResponseLimit}`,
    )
  }
  return { ok: true, samlResponse }
}

/** Counts no further than to the limit. */
function separators(body: string): number {
  let count = 0
  for (let at = body.indexOf('&'); at >= 0 && count < fieldLimit; at = body.indexOf('&', at + 1)) count++
  return count
}

async function readAtMost(request: Request, limit: number): Promise<string | 'too-large' | 'broken'> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) return 'too-large'
  if (request.body === null) return ''
  // Decoded strictly: a replacement character could make two different bodies look alike.
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader()
  let text = ''
  let size = 0
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.byteLength
      if (size > limit) {
        await reader.cancel()
        return 'too-large'
      }
      text += decoder.decode(part.value, { stream: true })
    }
    return text + decoder.decode()
  } catch {
    return 'broken'
  }
}
