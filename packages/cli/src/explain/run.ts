/**
 * One request, decided and put into words. The template is deployed on paper by the code that boots twins: the policies of a
 * role come together there from inline, attached and managed ones, boundary, endpoint and API, with ids filled in, in the one
 * way that the demo shows to hold; a second way of collecting them would be a second chance to forget one.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { explain, type PolicyJson, parsePolicy } from '@studio-gate/policy'
import { type Plan, planTemplate } from '@studio-gate/twin'
import { digestOf } from '../digest.ts'
import { shownPath } from '../shown-path.ts'
import { wrap } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { type ExitCode, exitCodes, Trouble } from '../trouble.ts'
import { bootTrouble, requireFile } from '../twin-session.ts'
import { productVersion } from '../version.ts'
import { type Answer, ask, type Question } from './question.ts'

/** Paths are absolute. */
export interface Deployment {
  readonly template: string
  readonly scps: readonly string[]
  readonly region: string
  readonly account: string | undefined
  /** `Name=value` */
  readonly parameters: readonly string[]
  readonly json: string | undefined
  /** File of a policy that limits the principal's session. */
  readonly sessionPolicy: string | undefined
}

export async function explainRequest(
  deployment: Deployment,
  question: Question,
  terminal: Terminal,
): Promise<ExitCode> {
  const plan = await planOf(deployment)
  const { sessionPolicy } = deployment
  const answer = ask(
    sessionPolicy === undefined ? question : { ...question, sessionPolicy: documentAt(sessionPolicy) },
    plan,
  )
  for (const line of wordsOf(answer, plan, terminal)) terminal.line(line)
  for (const gap of plan.gaps.filter((text) => text.includes('cannot make'))) terminal.note(`not looked at: ${gap}`)
  if (deployment.json !== undefined) writeFileSync(deployment.json, recordOf(deployment, answer, plan))
  return answer.allowed ? exitCodes.ok : exitCodes.differs
}

/** The session policy, if it is one. */
function documentAt(path: string): PolicyJson {
  requireFile(path, '--session-policy', 'name the file of one policy')
  const refuse = (what: string, cause?: unknown) =>
    new Trouble(what, `--session-policy ${shownPath(path)}`, 'correct the policy', exitCodes.badInput, cause)
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw refuse('this is not JSON', error)
  }
  const reading = parsePolicy(json, 'session', 'session policy')
  if (!reading.ok) throw refuse(reading.errors.map(({ message }) => message).join('; '))
  return json as PolicyJson
}

async function planOf({ template, scps, region, account, parameters }: Deployment): Promise<Plan> {
  requireFile(template, '--template', 'write it with `studio-gate synth`')
  for (const path of scps) requireFile(path, '--scp', 'name the file that `studio-gate synth` wrote as scp.json')
  if (account !== undefined && !/^\d{12}$/.test(account))
    throw new Trouble(`\`${account}\` is no account`, '--account', 'give its twelve digits')
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    throw new Trouble(`\`${region}\` is no Region`, '--region', 'give its code, such as eu-central-1')
  const values = parameters.map((each) => {
    const at = each.indexOf('=')
    if (at < 1) throw new Trouble(`\`${each}\` is no parameter with its value`, '--parameter', 'write it as Name=value')
    return [each.slice(0, at), each.slice(at + 1)] as const
  })
  try {
    return await planTemplate({
      templatePath: template,
      scpPaths: scps,
      region,
      now: Date.now(),
      ...(account === undefined ? {} : { accountId: account }),
      ...(values.length === 0 ? {} : { parameters: Object.fromEntries(values) }),
    })
  } catch (error) {
    throw bootTrouble(error, template)
  }
}

function wordsOf(answer: Answer, { world }: Plan, { style, width }: Terminal): readonly string[] {
  const [verdict = '', ...reasons] = explain(answer.decision)
  const within = Math.min(width, 140)
  const indented = (text: string) => wrap(text, within - 2).map((line) => `  ${line}`)
  const keys = Object.entries(answer.request.context).toSorted(([a], [b]) => a.localeCompare(b))
  return [
    ...wrap(`${answer.asked.charAt(0).toUpperCase()}${answer.asked.slice(1)}`, within),
    '',
    style(answer.allowed ? 'green' : 'red', style('bold', verdict)),
    ...reasons.flatMap(indented),
    ...(answer.behindEndpoint === undefined
      ? []
      : ['', 'Without the policy of the endpoint:', ...explain(answer.behindEndpoint).flatMap(indented)]),
    '',
    style('bold', 'Condition keys of the request'),
    ...keys.map(([key, value]) => `  ${key}: ${typeof value === 'string' ? value : value.join(', ')}`),
    ...(world.scps.length === 0 ? ['', 'No service control policy is attached: --scp names one.'] : []),
    ...(answer.assumed.length > 0 ? ['', ...answer.assumed.map((text) => `Assumed: ${text}.`)] : []),
  ]
}

/** What can be filed: the documents by their digests, the request as it was judged, the decision with its statements. */
function recordOf(
  { template, scps, region, parameters, sessionPolicy }: Deployment,
  answer: Answer,
  { world, gaps }: Plan,
): string {
  const digest = (path: string) => ({ file: shownPath(path), sha256: digestOf(readFileSync(path)) })
  const record = {
    tool: { name: 'studio-gate', version: productVersion() },
    command: 'explain',
    template: digest(template),
    scps: scps.map(digest),
    ...(sessionPolicy === undefined ? {} : { sessionPolicy: digest(sessionPolicy) }),
    region,
    account: world.accountId,
    parameters,
    request: answer.request,
    allowed: answer.allowed,
    decision: answer.decision,
    ...(answer.behindEndpoint === undefined ? {} : { behindEndpoint: answer.behindEndpoint }),
    sentences: explain(answer.decision),
    assumed: answer.assumed,
    notModelled: gaps,
  }
  return `${JSON.stringify(record, null, 2)}\n`
}
