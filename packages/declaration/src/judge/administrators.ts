import type { Settings } from '../declaration.ts'
import type { Report } from '../problem.ts'

/** Judges who may move the walls: never a role that they confine, which notebooks run as. */
export function judgeAdministrators({ trustedAdministrators = [], executionRoles }: Settings, report: Report): void {
  for (const [index, pattern] of trustedAdministrators.entries()) {
    const path = `trustedAdministrators[${index}]`
    if (trustedAdministrators.indexOf(pattern) !== index)
      report.warning(path, `\`${pattern}\` stands there twice`, 'remove one')
    for (const [name, role] of Object.entries(executionRoles))
      if (role !== 'deployed' && matches(pattern, role))
        report.error(
          path,
          `\`${pattern}\` means the execution role \`${name}\` too: whoever has a notebook could move the walls around it`,
          'name administrators more narrowly',
        )
  }
}

/** `*` and `?` stand for characters of one part: no part of a role's ARN behind the partition holds a colon. */
function matches(pattern: string, arn: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^:]*')
    .replaceAll('?', '[^:]')
  return new RegExp(`^${source}$`).test(arn)
}
