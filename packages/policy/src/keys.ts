/** The global condition keys (IAM User Guide, "AWS global condition context keys"). Keys of single services are not listed: AWS has thousands. */

export interface GlobalKey {
  /** Holds an identifier that AWS generates, so a wildcard in its value has no valid use (2.17). */
  readonly generated: boolean
}

const named: GlobalKey = { generated: false }
const generated: GlobalKey = { generated: true }

const table: Readonly<Record<string, GlobalKey>> = {
  'aws:PrincipalArn': named,
  'aws:PrincipalAccount': generated,
  'aws:PrincipalOrgPaths': named,
  'aws:PrincipalOrgID': generated,
  'aws:PrincipalTag/': named,
  'aws:PrincipalIsAWSService': named,
  'aws:PrincipalServiceName': named,
  'aws:PrincipalServiceNamesList': named,
  'aws:PrincipalType': named,
  'aws:userid': named,
  'aws:username': named,
  'aws:AssumedRoot': named,
  'aws:FederatedProvider': named,
  'aws:TokenIssueTime': named,
  'aws:SignInSessionArn': named,
  'aws:MultiFactorAuthAge': named,
  'aws:MultiFactorAuthPresent': named,
  'aws:ChatbotSourceArn': named,
  'aws:Ec2InstanceSourceVpc': named,
  'aws:Ec2InstanceSourcePrivateIPv4': named,
  'aws:SourceIdentity': named,
  'aws:ViaCustomerDomain': named,
  'aws:SourceIp': named,
  'aws:SourceVpc': generated,
  'aws:SourceVpcArn': named,
  'aws:SourceVpce': generated,
  'aws:VpceAccount': generated,
  'aws:VpceOrgID': generated,
  'aws:VpceOrgPaths': named,
  'aws:VpcSourceIp': named,
  'aws:ResourceAccount': generated,
  'aws:ResourceOrgID': generated,
  'aws:ResourceOrgPaths': named,
  'aws:ResourceTag/': named,
  'aws:CalledVia': named,
  'aws:CalledViaFirst': named,
  'aws:CalledViaLast': named,
  'aws:CalledViaAWSMCP': named,
  'aws:ViaAWSService': named,
  'aws:ViaAWSMCPService': named,
  'aws:CurrentTime': named,
  'aws:EpochTime': named,
  'aws:referer': named,
  'aws:RequestedRegion': named,
  'aws:RequestTag/': named,
  'aws:TagKeys': named,
  'aws:SecureTransport': named,
  'aws:SourceAccount': generated,
  'aws:SourceArn': named,
  'aws:SourceOrgID': generated,
  'aws:SourceOrgPaths': named,
  // Not in the guide's list, but in the policy that SNS gives every new topic.
  'aws:SourceOwner': generated,
  'aws:UserAgent': named,
  'aws:IsMcpServiceAction': named,
}

const byLowerCase: ReadonlyMap<string, GlobalKey> = new Map(
  Object.entries(table).map(([name, key]) => [name.toLowerCase(), key]),
)

/** Names for suggestions; those ending in `/` take a tag key after it. */
export const globalKeyNames: readonly string[] = Object.keys(table)

/** The row of a key in any letter case, its tag key left aside; undefined when there is no such global key. */
export const globalKey = (written: string): GlobalKey | undefined => {
  const lower = written.toLowerCase()
  const slash = lower.indexOf('/') + 1
  if (slash === lower.length) return undefined
  return byLowerCase.get(slash === 0 ? lower : lower.slice(0, slash))
}
