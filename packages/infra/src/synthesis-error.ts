/** The declaration or the options cannot become a template that AWS would accept; the message says what to change. */
export class SynthesisError extends Error {
  override readonly name = 'SynthesisError'
}
