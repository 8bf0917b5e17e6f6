export type { StudioEgress } from './network.ts'
export { SynthesisError } from './synthesis-error.ts'
export { type Synthesized, type SynthesizeOptions, synthesize } from './synthesize.ts'
