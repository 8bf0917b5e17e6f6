/** Lets somebody change the synthesized template before the twin boots it, to see that the outcomes follow the template. */
import { spawnSync } from 'node:child_process'
import { Trouble } from '../trouble.ts'

/**
 * Runs `command` through the shell with the template's path behind it, as programs run $EDITOR. It happens within the run,
 * because the portal's key, which the template trusts, lives in this process alone and is never written down.
 */
export function editTemplate(command: string, templatePath: string): void {
  const { status, signal, error } = spawnSync(`${command} ${JSON.stringify(templatePath)}`, {
    shell: true,
    stdio: 'inherit',
  })
  if (status === 0) return
  const end = error?.message ?? (signal === null ? `exit code ${status}` : signal)
  throw new Trouble(`the command ended with ${end}`, `--edit ${command}`, 'give a command that ends with exit code 0')
}
