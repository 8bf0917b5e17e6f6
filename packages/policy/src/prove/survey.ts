/** A template made ready for questions: everybody in it, the SCPs over it, and the resources that its policies tell apart. */
import type { Policy } from '../document.ts'
import type { Intent } from '../intent.ts'
import { mustParsePolicy, parsePolicy } from '../parse.ts'
import { fullAwsAccess } from '../services.ts'
import type { Template } from '../template/index.ts'
import { type Deployment, readDeployment } from './deployment.ts'
import type { Door } from './doors.ts'
import { resourceTokens, speaksOf } from './formula.ts'
import type { ReachOptions, ReachPolicies } from './question.ts'
import type { Undecided } from './region.ts'
import { type Asked, subjectsOf } from './subjects.ts'
import { type TextTest, type Token, tellingTexts, textMatches, tokensOf } from './texts.ts'
import type { ConfinedOptions } from './verdict.ts'

export interface Survey {
  readonly deployment: Deployment
  readonly intent: Intent
  readonly options: ConfinedOptions
  readonly scps: readonly Policy[]
  /** Files of SCPs that could not be read. */
  readonly unseenScps: readonly string[]
  /** Every policy that has a say anywhere. */
  readonly policies: readonly Policy[]
  readonly subjects: readonly Asked[]
  readonly problems: readonly Undecided[]
}

export const surveyOf = (template: Template, intent: Intent, options: ConfinedOptions): Survey => {
  const deployment = readDeployment(template, options)
  const problems: Undecided[] = [...deployment.problems]
  const scps = (options.scps ?? []).map(({ file, json }): Policy | string => {
    const reading = parsePolicy(json, 'scp', file)
    if (!reading.ok) problems.push({ policy: file, construct: `cannot be read: ${reading.errors[0]?.message ?? ''}` })
    return reading.ok ? reading.policy : file
  })
  const readScps = scps.filter((scp) => typeof scp !== 'string')
  const held = deployment.principals.flatMap(({ identity, boundary }) => [...identity, ...(boundary ? [boundary] : [])])
  const endpoints = Object.values(deployment.endpoints).flatMap(({ policy }) => policy ?? [])
  const stackName = options.stackName ?? 'StudioGate'
  const { subjects, complete } = subjectsOf(deployment, intent, stackName, [...readScps, ...endpoints])
  if (!complete) problems.push({ policy: 'conditions', construct: 'the ways in which `aws:PrincipalArn` is compared' })
  return {
    deployment,
    intent,
    options,
    scps: [mustParsePolicy(fullAwsAccess, 'scp', 'FullAWSAccess'), ...readScps],
    unseenScps: scps.filter((scp) => typeof scp === 'string'),
    policies: [...held, ...endpoints, ...readScps],
    subjects,
    problems,
  }
}

/** The policies over one subject. */
export const policiesFor = (
  { deployment, scps, unseenScps }: Survey,
  { identity, boundary, unseen }: Asked,
): ReachPolicies => ({
  identity,
  ...(boundary === undefined ? {} : { boundary }),
  // Whatever an unreadable SCP would deny is not relied on.
  scps: [scps],
  rcps: [],
  endpoints: deployment.endpoints,
  unseen: [...unseen, ...unseenScps],
})

/** Resources that stand for all that some policy tells apart, of the form `prefix` + name, or domain and name. */
export const resourcesOf = ({ deployment }: Survey, policies: readonly Policy[], { action, prefix }: Door) => {
  const { partition, region, account } = deployment
  const start = `arn:${partition}:sagemaker:${region}:${account}:${prefix}`
  const inDomain = prefix === 'user-profile/' || prefix === 'space/'
  const form: TextTest = { tokens: tokensOf(inDomain ? `${start}d-?*/?*` : `${start}?*`, false, true), fold: false }
  const loose = (token: Token): Token =>
    typeof token === 'object' && 'variable' in token ? { many: true, colons: true } : token
  const patterns = new Map<string, TextTest>()
  for (const policy of policies)
    for (const statement of [...policy.allows, ...policy.denies]) {
      if (!speaksOf(statement, action.toLowerCase())) continue
      for (const written of statement.resources.written)
        if (written !== '*' && !patterns.has(written))
          patterns.set(written, { tokens: resourceTokens(written, statement.variables).map(loose), fold: false })
    }
  const { texts, complete } = tellingTexts([form, ...patterns.values()], inDomain ? `${start}d-` : start, false)
  const arns = texts.filter((text) => textMatches(form.tokens, text))
  return { arns, complete }
}

/** A session of an execution role carries the domain of its profile (1.36, 2.14). */
export const fixedFor = ({ kind, declared }: Asked): NonNullable<ReachOptions['fixed']> =>
  kind === 'execution-role' && declared !== undefined ? { 'sagemaker:DomainId': declared.domain } : {}
