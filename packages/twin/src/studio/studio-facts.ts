/** What the pages show and what their script needs to know. Nothing in it is secret. */
export interface StudioFacts {
  readonly region: string
  readonly accountId: string
  readonly domainId: string
  readonly domainArn: string
  readonly domainName: string
  readonly profileName: string
  readonly profileArn: string
  readonly executionRole: string
  readonly spaceName?: string
}
