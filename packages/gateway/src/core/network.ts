/** Where a sign-in came from, as the front door says: from the request context or the socket, never from a header. */
export interface SignInNetwork {
  readonly sourceIp: string
  /** The API's endpoint, not Studio's. */
  readonly vpcEndpointId?: string
  /** Shown to the person as support id. */
  readonly requestId: string
}
