import { conditionHolds } from './conditions.ts'
import { type GivenParameters, parameterValues } from './parameters.ts'
import { problemAt, TemplateError, type TemplateProblem } from './problem.ts'
import { type Deployment, pseudoParameters } from './pseudo.ts'
import type { Scope } from './resolve.ts'
import type { Template } from './template.ts'
import type { Unknown, Value } from './value.ts'

/** What a deployment brings to a template. Everything absent becomes symbolic, with the reason in words. */
export interface Circumstances extends GivenParameters {
  readonly deployment?: Deployment
  /** What `Ref` of a resource gives: its physical id. */
  ref?(logicalId: string): Value
  getAtt?(logicalId: string, attribute: string): Value
  importValue?(name: string): Value
  availabilityZones?(region: string): Value
  decide?(left: Value, right: Value): boolean | undefined
}

/**
 * The scope of one template in one deployment: parameters, pseudo parameters, conditions and mappings come from the template,
 * resources from the caller. Problems are parameters whose values the template does not allow.
 * The scope throws `TemplateError` where a reference leads to a resource whose condition does not hold.
 */
export function createScope(
  template: Template,
  circumstances: Circumstances = {},
): { readonly ok: true; readonly scope: Scope } | { readonly ok: false; readonly errors: readonly TemplateProblem[] } {
  const { values, problems } = parameterValues(template, circumstances)
  if (problems.length > 0) return { ok: false, errors: problems }
  const decided = new Map<string, boolean | Unknown>()

  const mustExist = (logicalId: string): void => {
    const condition = template.resources.get(logicalId)?.condition
    if (!template.resources.has(logicalId) && template.macros.length === 0)
      throw new TemplateError(problemAt('', `a reference to ${logicalId}`, 'a parameter or resource of the template'))
    if (condition !== undefined && scope.condition(condition) === false)
      throw new TemplateError(
        problemAt(
          `Resources.${logicalId}`,
          'a reference to it',
          `none, since its condition ${condition} does not hold`,
        ),
      )
  }

  const scope: Scope = {
    ref(name) {
      const parameter = values.get(name)
      if (parameter !== undefined) return parameter
      const pseudo = pseudoParameters.get(name)
      if (pseudo !== undefined) return pseudo(circumstances.deployment ?? {}) ?? { unknown: name }
      mustExist(name)
      return circumstances.ref?.(name) ?? { unknown: `id of ${name}` }
    },
    getAtt(logicalId, attribute) {
      mustExist(logicalId)
      return circumstances.getAtt?.(logicalId, attribute) ?? { unknown: `${logicalId}.${attribute}` }
    },
    condition(name) {
      const known = decided.get(name)
      if (known !== undefined) return known
      const expression = template.conditions.get(name)
      if (expression === undefined && template.macros.length > 0) return { unknown: `condition ${name}` }
      if (expression === undefined)
        throw new TemplateError(
          problemAt(`Conditions.${name}`, 'no such condition', [...template.conditions.keys()].join(', ')),
        )
      const truth = conditionHolds(expression, scope, `Conditions.${name}`)
      decided.set(name, truth)
      return truth
    },
    mapping: (name, first, second) => template.mappings.get(name)?.get(first)?.get(second),
    importValue: (name) => circumstances.importValue?.(name) ?? { unknown: `export ${name} of another stack` },
    ...(template.macros.length === 0 ? {} : { macro: (call: string): Value => ({ unknown: `what ${call} makes` }) }),
    ...(circumstances.decide === undefined ? {} : { decide: circumstances.decide }),
    availabilityZones: (region) => circumstances.availabilityZones?.(region) ?? { unknown: `zones of ${region}` },
  }
  return { ok: true, scope }
}
