/** The command line in this process: what it writes, and the code it would exit with. */
import { createTerminal, main } from '@studio-gate/cli'

export async function run(...args: readonly string[]) {
  let [out, err] = ['', '']
  const stream = (take: (text: string) => void) => ({ columns: 1000, write: take })
  const terminal = createTerminal(
    stream((text) => {
      out += text
    }),
    stream((text) => {
      err += text
    }),
    {},
  )
  const exit = await main(args, terminal)
  return { exit, out, err, text: out.replace(/\s+/g, ' ') }
}
