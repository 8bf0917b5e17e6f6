/** How the time of reading and of evaluating a policy grows with its statements and with the blocks of one condition. */
import {
  type Decision,
  evaluate,
  mustParsePolicy,
  type Policy,
  type PolicyJson,
  type Request,
} from '@studio-gate/policy'
import { leastCpu, slope } from './rounds.ts'

export interface Growth {
  readonly what: string
  readonly sizes: readonly number[]
  /** CPU per call at each size, median of the rounds. */
  readonly microseconds: readonly number[]
  /** Of the line through the logarithms of both: 1 is linear. */
  readonly exponent: number
  /** What n log n would give on these sizes: no worse is the goal. */
  readonly limit: number
}

interface Series {
  readonly what: string
  readonly sizes: readonly number[]
  /** A call at this size, and whether its result is right. */
  readonly prepare: (size: number) => () => boolean
}

const request: Request = {
  principal: { kind: 'role-session', roleArn: 'arn:aws:iam::111122223333:role/minting', sessionName: 'alice' },
  action: 'sagemaker:CreatePresignedDomainUrl',
  resource: 'arn:aws:sagemaker:eu-central-1:111122223333:user-profile/d-1/alice',
  resourceAccount: '111122223333',
  // The last block of every list, which is met after all the others.
  context: { 'aws:SourceVpce': 'vpce-1', 'aws:VpcSourceIp': '10.255.255.254' },
}

/** Every statement speaks of the action and the resource; only the last one's condition holds. */
const statements = (size: number): PolicyJson => ({
  Version: '2012-10-17',
  Statement: Array.from({ length: size }, (_, index) => ({
    Sid: `Rule${index}`,
    Effect: 'Allow',
    Principal: '*',
    Action: ['sagemaker:CreatePresigned*', 'sagemaker:DescribeUserProfile'],
    Resource: 'arn:aws:sagemaker:*:111122223333:user-profile/d-1/*',
    Condition: { StringEquals: { 'aws:SourceVpce': index === size - 1 ? 'vpce-1' : `vpce-other-${index}` } },
  })),
})

/** Blocks that do not touch; the request's address lies in the last one. */
const blocks = (size: number): PolicyJson => ({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: '*',
    Action: 'sagemaker:CreatePresignedDomainUrl',
    Resource: '*',
    Condition: {
      IpAddress: {
        'aws:VpcSourceIp': Array.from({ length: size }, (_, index) =>
          index === size - 1
            ? '10.255.255.254/31'
            : `11.${(index >> 14) & 255}.${(index >> 6) & 255}.${(index & 63) * 4}/31`,
        ),
      },
    },
  },
})

// The only kind whose length no rule of IAM bounds: each service has its own.
const parsed = (json: PolicyJson): Policy => mustParsePolicy(json, 'resource', 'grown')
const ask = (resource: Policy): Decision => evaluate(request, { identity: [], scps: [], rcps: [], resource })

const grown = (what: string, sizes: readonly number[], make: (size: number) => PolicyJson): readonly Series[] => [
  {
    what: `parsePolicy, ${what}`,
    sizes,
    prepare(size) {
      const json = make(size)
      return () => parsed(json).allows.length > 0
    },
  },
  {
    what: `evaluate, ${what}`,
    sizes,
    prepare(size) {
      const policy = parsed(make(size))
      return () => ask(policy).effect === 'allow'
    },
  },
]

const series: readonly Series[] = [
  ...grown('statements', [10, 100, 1_000, 10_000], statements),
  ...grown('blocks of one condition', [100, 1_000, 10_000, 100_000], blocks),
]

/** Throws when a call gives a wrong result: its time would mean nothing. `milliseconds` are spent on each size. */
export function* measureGrowth(milliseconds: number): Generator<Growth> {
  for (const { what, sizes, prepare } of series) {
    const microseconds = sizes.map((size) => leastCpu(prepare(size), milliseconds, `${what}, ${size}`))
    const limits = sizes.map((size) => size * Math.log(size))
    yield { what, sizes, microseconds, exponent: slope(sizes, microseconds), limit: slope(sizes, limits) }
  }
}
