/** `docs/refusals.md`: every way in which the gate says no, from its two tables. */
import { type GateCode, gateRefusals, type RefusalCode, refusalRow } from '@studio-gate/gateway'
import { refusalTable } from '@studio-gate/saml'
import { code, generated, table } from './markdown.ts'

const severities: Readonly<Record<number, string>> = { 1: 'informational', 2: 'low', 3: 'medium', 4: 'high' }

export function refusalsPage(): string {
  const saml = Object.entries(refusalTable).map(([name, { check, summary, remedy }]) => [
    anchor(name),
    check,
    ...answer(name as RefusalCode),
    `${summary} ${remedy}`,
  ])
  const own = Object.keys(gateRefusals).map((name) => [
    anchor(name),
    ...answer(name as RefusalCode),
    refusalRow(name as GateCode).operator,
  ])
  return `${generated}

# Refusals

Each refusal has one code. The person's page shows it with a support id; the answer carries it in the header \`studio-gate-refusal\`; the audit
event of the sign-in holds code, support id and details, which the page never shows. Codes do not change: alarms may rest on them.

*Severity* is that of the audit event (OCSF \`severity_id\`).

## Of the verifier

*Check* is the step that refused: G the bytes, S the shape of the signatures, C the cryptography, O the signed octets, P the SAML profile.

${table(['code', 'check', 'HTTP', 'severity', 'the person reads', 'the operator'], saml)}

## Of the gate

${table(['code', 'HTTP', 'severity', 'the person reads', 'the operator'], own)}
`
}

function answer(name: RefusalCode): readonly string[] {
  const { status, severity, title } = refusalRow(name)
  return [String(status), severities[severity] ?? String(severity), title]
}

/** A code that can be linked to. */
function anchor(name: string): string {
  return `<a id="${name}"></a>${code(name)}`
}
