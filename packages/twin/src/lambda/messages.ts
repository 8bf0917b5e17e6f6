/** What parent and child say to each other over the IPC channel of a function's process. */

export type ToChild =
  | {
      readonly event: unknown
      readonly requestId: string
      /** Epoch milliseconds at which the parent gives up. */
      readonly deadline: number
    }
  | { readonly lookup: number; readonly addresses: readonly string[] }

export type FromChild =
  | { readonly ready: true }
  | { readonly response: unknown }
  | { readonly failed: { readonly errorType: string; readonly errorMessage: string } }
  | { readonly lookup: number; readonly name: string }
