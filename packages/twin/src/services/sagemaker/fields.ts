/** Constraints of SageMaker's API model that several operations share (rows 1.2 to 1.5, 5.13). */
const entityName = '[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}'

export const domainId = { type: 'string', required: true, max: 63, pattern: 'd-(-*[a-z0-9]){1,61}' } as const
export const optionalDomainId = { type: 'string', max: 63, pattern: domainId.pattern } as const
export const userProfileName = { type: 'string', required: true, max: 63, pattern: entityName } as const
export const spaceName = { type: 'string', required: true, max: 63, pattern: entityName } as const
export const optionalName = { type: 'string', max: 63, pattern: entityName } as const
export const roleArn = {
  type: 'string',
  required: true,
  min: 20,
  max: 2048,
  pattern: 'arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+',
} as const
export const optionalRoleArn = { type: 'string', min: 20, max: 2048, pattern: roleArn.pattern } as const
export const resourceArn = { type: 'string', required: true, max: 256, pattern: 'arn:.*' } as const
export const maxResults = { type: 'integer', min: 1, max: 100 } as const
export const nextToken = { type: 'string', max: 8192 } as const

export const tags = {
  type: 'list',
  max: 50,
  of: {
    type: 'structure',
    fields: {
      Key: { type: 'string', required: true, min: 1, max: 128, pattern: '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)' },
      Value: { type: 'string', required: true, max: 256, pattern: '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)' },
    },
  },
} as const

/** Tags of a request as condition keys: `aws:RequestTag/...` and the multi-valued `aws:TagKeys`. */
export function tagContext(list: readonly { readonly Key: string; readonly Value: string }[] | undefined) {
  if (!list || list.length === 0) return {}
  return {
    ...Object.fromEntries(list.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
    'aws:TagKeys': list.map(({ Key }) => Key),
  }
}

export function tagRecord(list: readonly { readonly Key: string; readonly Value: string }[] | undefined) {
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key, Value]))
}
