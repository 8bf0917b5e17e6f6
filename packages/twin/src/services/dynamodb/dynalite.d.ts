/** dynalite publishes no types. */
declare module 'dynalite' {
  import type { Server } from 'node:http'

  interface Options {
    readonly createTableMs?: number
    readonly deleteTableMs?: number
    readonly updateTableMs?: number
  }
  export default function dynalite(options?: Options): Server
}
