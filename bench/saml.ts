/** Verification of one response: beside the bare cryptography it needs and beside others, in its stages, at first and for long. */
import { makeFixtures } from './fixtures.ts'
import { installLibxmlsec } from './libxmlsec.ts'
import type { Part } from './part.ts'
import { contest } from './saml-contest.ts'
import { first } from './saml-first.ts'
import { memory } from './saml-memory.ts'

export const saml: Part = {
  name: 'saml',
  about:
    'CPU of verifying one response, beside bare RSA + SHA-256, node-saml and libxmlsec; its stages, first one, memory',
  async run(setting) {
    const { terminal, stop } = setting
    const step = terminal.step('saml: signing the documents')
    try {
      const fixtures = await makeFixtures(Date.now(), stop)
      step.update('saml: looking for libxmlsec')
      const libxmlsec = setting.peers ? await installLibxmlsec(stop) : { absent: '--no-peers' }
      step.end('done', 'saml: documents signed')
      // First, because node-saml reads the clock and the documents grow old.
      const start = await first(setting, fixtures)
      terminal.line()
      const { figures, sound } = await contest(setting, fixtures, libxmlsec)
      // Who refuses good documents need not be asked for a million.
      if (!sound) return { figures: { ...figures, first: start.figures }, sound }
      terminal.line()
      const flat = await memory(setting, fixtures)
      return { figures: { ...figures, first: start.figures, memory: flat.figures }, sound: flat.sound }
    } catch (error) {
      step.end('failed')
      throw error
    }
  },
}
