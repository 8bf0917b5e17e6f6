/** A template made ready for questions: everybody in it, the SCPs over it, and the resources that its policies tell apart. */
import type { Policy, Statement } from '../document.ts'
import type { Intent } from '../intent.ts'
import { mustParsePolicy, parsePolicy } from '../parse.ts'
import { fullAwsAccess } from '../services.ts'
import type { Template } from '../template/index.ts'
import { type Deployment, readDeployment } from './deployment.ts'
import type { Door } from './doors.ts'
import { callerFacts, principalFacts } from './facts.ts'
import { resourceTokens, speaksOf } from './formula.ts'
import type { ReachOptions, ReachPolicies } from './question.ts'
import { questionOf } from './reading.ts'
import type { Undecided } from './region.ts'
import { type Asked, subjectsOf } from './subjects.ts'
import { tellingTexts } from './telling-texts.ts'
import { type TextTest, type Token, type Tokens, textMatches, tokensOf, variablesIn } from './texts.ts'
import type { ConfinedOptions } from './verdict.ts'
import { worldsOf } from './worlds.ts'

export interface Survey {
  readonly deployment: Deployment
  readonly intent: Intent
  readonly options: ConfinedOptions
  readonly scps: readonly Policy[]
  /** Files of SCPs that could not be read. */
  readonly unseenScps: readonly string[]
  /** Every policy that has a say anywhere. */
  readonly policies: readonly Policy[]
  /** Those of them that have a say for everybody: of endpoints, and SCPs. */
  readonly shared: readonly Policy[]
  readonly subjects: readonly Asked[]
  readonly problems: readonly Undecided[]
}

const survey = (deployment: Deployment, intent: Intent, options: ConfinedOptions): Survey => {
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
    shared: [...endpoints, ...readScps],
    subjects,
    problems,
  }
}

/** In every world that the template's conditions leave open, with what is assumed in it. */
export const surveysOf = (
  template: Template,
  intent: Intent,
  options: ConfinedOptions,
): readonly { readonly assumed: readonly string[]; readonly survey: Survey }[] =>
  worldsOf(template, (decide) => readDeployment(template, options, decide)).map(({ assumed, value, open }) => {
    const one = survey(value, intent, options)
    const construct = 'conditions that come out in too many ways; give parameters their values'
    const problems = open.length === 0 ? one.problems : [...one.problems, { policy: 'conditions', construct }]
    return { assumed, survey: { ...one, problems } }
  })

/** At once: what conditions leave open may exist, and is a problem. */
export const surveyOf = (template: Template, intent: Intent, options: ConfinedOptions): Survey => {
  let open = false
  const deployment = readDeployment(template, options, () => {
    open = true
    return undefined
  })
  const one = survey(deployment, intent, options)
  const construct = 'a condition that nothing decides; give parameters their values'
  return open ? { ...one, problems: [...one.problems, { policy: 'conditions', construct }] } : one
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

const isVariable = (token: Token): token is Token & { readonly variable: string } =>
  typeof token === 'object' && 'variable' in token

/**
 * Texts that a variable of a resource may be held to: what subjects fix, and what conditions compare it with. Undefined: conditions hold it to
 * something that is no list of texts, or tie it to another key, so no list of resources stands for all.
 */
const variableValues =
  (subjects: readonly Asked[], statements: readonly Statement[]) =>
  (key: string): readonly string[] | undefined => {
    const values = new Set<string>()
    for (const asked of subjects) {
      for (const [name, value] of Object.entries(fixedFor(asked)))
        if (name.toLowerCase() === key && typeof value === 'string') values.add(value)
      for (const principal of asked.principals)
        for (const [name, value] of principalFacts(callerFacts(principal), '', ''))
          if (name === key && typeof value === 'string') values.add(value)
    }
    for (const { conditions, variables } of statements)
      for (const condition of conditions) {
        if (variables && condition.expected.some((value) => value.toLowerCase().includes(`\${${key}`))) return undefined
        if (condition.key !== key) continue
        const { family, base } = questionOf(condition.operator.written)
        if (family === 'absence') continue
        if (base !== 'StringEquals' || condition.expected.some((value) => value.includes('$'))) return undefined
        for (const value of condition.expected) values.add(value)
      }
    return [...values]
  }

/** Resources of a door, and whether they stand for all that there are. */
export interface Resources {
  readonly arns: readonly string[]
  readonly complete: boolean
}

/** Resources that stand for all that some of the policies, which hold for these subjects, tell apart: `prefix` + name, or domain and name. */
export const resourcesOf = (
  { deployment, subjects }: Pick<Survey, 'deployment' | 'subjects'>,
  policies: readonly Policy[],
  { action, prefix }: Door,
): Resources => {
  const { partition, region, account } = deployment
  const start = `arn:${partition}:sagemaker:${region}:${account}:${prefix}`
  const inDomain = prefix === 'user-profile/' || prefix === 'space/'
  const form: TextTest = { tokens: tokensOf(inDomain ? `${start}d-?*/?*` : `${start}?*`, false, true), fold: false }
  const patterns = new Map<string, TextTest>()
  const add = (tokens: Tokens): void => void patterns.set(JSON.stringify(tokens), { tokens, fold: false })
  const speaking = policies
    .flatMap((policy) => [...policy.allows, ...policy.denies])
    .filter((statement) => speaksOf(statement, action.toLowerCase()))
  const values = variableValues(subjects, speaking)
  let known = true
  for (const { resources, variables } of speaking)
    for (const written of resources.written) {
      if (written === '*') continue
      const tokens = resourceTokens(written, variables)
      // A variable that may be anything is a wildcard; one that may not be is each of its values, too.
      add(tokens.map((token) => (isVariable(token) ? { many: true, colons: true } : token)))
      for (const key of new Set(variablesIn(tokens))) {
        const chosen = values(key)
        if (chosen === undefined) known = false
        for (const value of chosen ?? [])
          add(
            tokens.flatMap((token): Tokens => {
              if (!isVariable(token)) return [token]
              return token.variable === key ? Array.from(value) : [{ many: true, colons: true }]
            }),
          )
      }
    }
  const { texts, complete } = tellingTexts([form, ...patterns.values()], inDomain ? `${start}d-` : start, false)
  const arns = texts.filter((text) => textMatches(form.tokens, text))
  return { arns, complete: complete && known }
}

/** The same for one subject after the other, or what it is in several states: what only others' policies tell apart is one to it. */
export const resourcesAt = (
  survey: Pick<Survey, 'deployment' | 'shared' | 'subjects'>,
  door: Door,
): ((states: readonly Asked[]) => Resources) => {
  const { deployment, shared } = survey
  const action = door.action.toLowerCase()
  const common = resourcesOf(survey, shared, door)
  return (subjects) => {
    const own = subjects.flatMap(({ identity, boundary }) => [...identity, ...(boundary ? [boundary] : [])])
    const tells = own
      .flatMap(({ allows, denies }) => [...allows, ...denies])
      .some((each) => each.resources.written.some((written) => written !== '*') && speaksOf(each, action))
    return tells ? resourcesOf({ deployment, subjects }, [...shared, ...own], door) : common
  }
}

/** A session of an execution role carries the domain of its profile (1.36, 2.14). */
export const fixedFor = ({ kind, declared }: Asked): NonNullable<ReachOptions['fixed']> =>
  kind === 'execution-role' && declared !== undefined ? { 'sagemaker:DomainId': declared.domain } : {}
