/** The YAML short form of one function: `!Ref X` reads as `{ Ref: 'X' }`, and the node may be of the kinds named. */
export interface ShortForm {
  /** With its exclamation mark, as a YAML schema names a local tag. */
  readonly tag: string
  /** The key of the long form. */
  readonly key: string
  readonly nodes: readonly ('scalar' | 'sequence' | 'mapping')[]
}

/**
 * Every short form of CloudFormation, for callers that read YAML to build a schema from. The node becomes the value of `key` as
 * it stands: `!GetAtt Gate.Arn` stays one text, `resolveValue` splits it at the first dot.
 */
export const shortForms: readonly ShortForm[] = [
  { tag: '!Ref', key: 'Ref', nodes: ['scalar'] },
  { tag: '!Condition', key: 'Condition', nodes: ['scalar'] },
  { tag: '!GetAtt', key: 'Fn::GetAtt', nodes: ['scalar', 'sequence'] },
  { tag: '!Sub', key: 'Fn::Sub', nodes: ['scalar', 'sequence'] },
  { tag: '!Join', key: 'Fn::Join', nodes: ['sequence'] },
  { tag: '!Select', key: 'Fn::Select', nodes: ['sequence'] },
  { tag: '!Split', key: 'Fn::Split', nodes: ['sequence'] },
  { tag: '!If', key: 'Fn::If', nodes: ['sequence'] },
  { tag: '!Equals', key: 'Fn::Equals', nodes: ['sequence'] },
  { tag: '!And', key: 'Fn::And', nodes: ['sequence'] },
  { tag: '!Or', key: 'Fn::Or', nodes: ['sequence'] },
  { tag: '!Not', key: 'Fn::Not', nodes: ['sequence'] },
  { tag: '!FindInMap', key: 'Fn::FindInMap', nodes: ['sequence'] },
  { tag: '!Base64', key: 'Fn::Base64', nodes: ['scalar', 'mapping'] },
  { tag: '!Cidr', key: 'Fn::Cidr', nodes: ['sequence'] },
  { tag: '!GetAZs', key: 'Fn::GetAZs', nodes: ['scalar', 'mapping'] },
  { tag: '!ImportValue', key: 'Fn::ImportValue', nodes: ['scalar', 'mapping'] },
  { tag: '!Length', key: 'Fn::Length', nodes: ['sequence', 'mapping'] },
  { tag: '!ToJsonString', key: 'Fn::ToJsonString', nodes: ['sequence', 'mapping'] },
  { tag: '!Transform', key: 'Fn::Transform', nodes: ['mapping'] },
]
