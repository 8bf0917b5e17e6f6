import { judgeEndpoint } from '../authorize.ts'
import { denialMessage } from '../denial.ts'
import { defineOperation } from '../operation.ts'
import { callerArn, userId } from '../principal.ts'

/** sts:GetCallerIdentity needs no permission; only the policy of an endpoint on the way can refuse it. */
export const getCallerIdentity = defineOperation({
  name: 'GetCallerIdentity',
  shape: {},
  run(_input, { world, credential, origin, http }) {
    const caller = callerArn(world, credential)
    const ask = {
      credential,
      action: 'sts:GetCallerIdentity',
      resource: '*',
      resourceAccount: credential.accountId,
      origin,
      http,
    }
    const decision = judgeEndpoint(world, ask)
    if (decision?.effect === 'deny') {
      const verdict = { allowed: false, decision, layer: 'endpoint policy' } as const
      return { error: { code: 'AccessDenied', message: denialMessage(caller, ask.action, '*', decision), verdict } }
    }
    return { output: { Arn: caller, UserId: userId(world, credential), Account: credential.accountId } }
  },
})
