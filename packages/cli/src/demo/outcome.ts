/** What a scenario is, what it may come to, and what became of it. Data, so that table, report and JSON show the same thing. */
import type { Layer, Switches, SwitchName, Twin } from '@studio-gate/twin'
import type { Page } from 'playwright-core'

/** How far somebody got. `inside`: Studio shows its page; `allowed`: a call answered; `refused`: by the layer named. */
export interface Outcome {
  readonly result: 'inside' | 'allowed' | 'refused'
  readonly layer?: Layer
  /** Stable code of the gate's refusal. */
  readonly code?: string
}

/** An outcome as seen. Holds no token, cookie, assertion or URL query. */
export interface Observed extends Outcome {
  /** One sentence for a person. */
  readonly reason: string
  /** The IAM decision in sentences, as `explain` of the policy package words them. */
  readonly decision?: readonly string[]
  /** PNG, base64. */
  readonly screenshot?: string
}

/** Somebody in the demo's directory; the password is made at run time and valid in the twin only. */
export interface Person {
  readonly name: string
  readonly password: string
  readonly subject: string
  readonly email: string
  readonly groups: readonly string[]
}

/** What a scenario acts on. */
export interface Stage {
  readonly twin: Twin
  readonly people: readonly Person[]
  /** Files of the synthesized or given SCPs; absent under `--no-scp`. */
  readonly scpPaths?: readonly string[]
  /**
   * A page of a fresh browser profile at a host, or behind any proxy (a tunnel's). Throws `NoBrowser` where none starts.
   * Pages are closed after the scenario.
   */
  browserAt(where: string | { readonly proxyUrl: string }): Promise<Page>
  /** Tells a person what happens now; shown live, kept nowhere. */
  say(text: string): void
}

/** One line of the table. `id` is stable and unique; `host` is the name of the place where it happens. */
export interface Scenario {
  readonly id: string
  readonly title: string
  readonly host: string
  readonly expected: Outcome
  /** `documented`, or the switch that stands for what is unknown about AWS. */
  readonly restsOn: 'documented' | SwitchName
  /** Rows of the fact table (`facts.ts`). */
  readonly facts: readonly string[]
  /** Settings other than the defaults; a twin is booted for each distinct set of them. */
  readonly switches?: Partial<Switches>
  run(stage: Stage): Promise<Observed>
}

/** A scenario's description and what became of it. Exactly one of `observed` and `error` is present. */
export interface Result extends Omit<Scenario, 'run'> {
  readonly observed?: Observed
  /** The scenario threw: a failure, with the reason. */
  readonly error?: string
  readonly matches: boolean
  readonly milliseconds: number
}

/** Whether what was seen is what was expected: result, layer, and code where one is expected. */
export function matches(expected: Outcome, observed: Outcome): boolean {
  return (
    expected.result === observed.result &&
    expected.layer === observed.layer &&
    (expected.code === undefined || expected.code === observed.code)
  )
}

/** `refused: gate code (signature-missing)`: everything in one text. */
export function inWords(outcome: Outcome): string {
  const layer = outcome.layer === undefined ? '' : `: ${outcome.layer}`
  return `${outcome.result}${layer}${codeOf(outcome)}`
}

/** `refused (signature-missing)`: for tables, which give the layer a column of its own. */
export function withoutLayer(outcome: Outcome): string {
  return `${outcome.result}${codeOf(outcome)}`
}

function codeOf({ code }: Outcome): string {
  return code === undefined ? '' : ` (${code})`
}

/** No browser could be started. The message says which were tried and what to do. */
export class NoBrowser extends Error {
  override readonly name = 'NoBrowser'
}
