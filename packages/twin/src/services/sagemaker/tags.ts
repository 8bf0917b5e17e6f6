import type { World } from '../../world.ts'
import { type Call, defineOperation } from '../operation.ts'
import { maxResults, nextToken, resourceArn, tagContext, tagRecord, tags } from './fields.ts'
import { findProfile, inventoryOf, notFound } from './inventory.ts'

/** sagemaker:ListTags, of user profiles and spaces. */
export const listTags = defineOperation({
  name: 'ListTags',
  shape: { ResourceArn: resourceArn, MaxResults: maxResults, NextToken: nextToken },
  run(input, call) {
    const denied = call.authorize({
      action: 'sagemaker:ListTags',
      resource: input.ResourceArn,
      context: resourceTagContext(call, input.ResourceArn),
    })
    if (denied) return { error: denied }
    const found = tagsOf(call.world, input.ResourceArn)
    if (!found) return notFound('Resource', input.ResourceArn)
    return { output: { Tags: tagList(found) } }
  },
})

/** sagemaker:AddTags, on user profiles and spaces: adds and overwrites. */
export const addTags = defineOperation({
  name: 'AddTags',
  shape: { ResourceArn: resourceArn, Tags: { ...tags, required: true } },
  run(input, call) {
    const denied = call.authorize({
      action: 'sagemaker:AddTags',
      resource: input.ResourceArn,
      context: { ...resourceTagContext(call, input.ResourceArn), ...tagContext(input.Tags) },
    })
    if (denied) return { error: denied }
    const found = tagsOf(call.world, input.ResourceArn)
    if (!found) return notFound('Resource', input.ResourceArn)
    const next = { ...found, ...tagRecord(input.Tags) }
    write(call.world, input.ResourceArn, next)
    return { output: { Tags: tagList(next) } }
  },
})

function tagList(record: Readonly<Record<string, string>>) {
  return Object.entries(record).map(([Key, Value]) => ({ Key, Value }))
}

function tagsOf(world: World, arn: string): Readonly<Record<string, string>> | undefined {
  const [kind, domain = '', name = ''] = (arn.split(':')[5] ?? '').split('/')
  if (kind === 'user-profile') return findProfile(world, domain, name)?.tags
  if (kind === 'space') return inventoryOf(world).spaces.get(arn)?.tags
  return undefined
}

function write(world: World, arn: string, tagged: Readonly<Record<string, string>>): void {
  const [kind, domain = '', name = ''] = (arn.split(':')[5] ?? '').split('/')
  const profile = kind === 'user-profile' ? findProfile(world, domain, name) : undefined
  if (profile) world.domains.get(domain)?.profiles.set(profile.name, { ...profile, tags: tagged })
  const space = inventoryOf(world).spaces.get(arn)
  if (space) inventoryOf(world).spaces.set(arn, { ...space, tags: { ...tagged } })
}

/** `aws:ResourceTag/...` and its alias `sagemaker:ResourceTag/...` (row 2.14). */
function resourceTagContext(call: Call, arn: string): Record<string, string> {
  const entries = Object.entries(tagsOf(call.world, arn) ?? {})
  return Object.fromEntries(
    entries.flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`sagemaker:ResourceTag/${key}`, value],
    ]),
  )
}
