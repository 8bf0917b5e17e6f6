export type * from './intent.ts'
export type * from './vocabulary.ts'
export type * from './walls.ts'
