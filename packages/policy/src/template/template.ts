import type { Json } from './value.ts'

/** One entry of `Parameters`, as written. */
export interface Parameter {
  readonly name: string
  /** `String`, `Number`, `CommaDelimitedList`, `List<...>`, `AWS::EC2::...::Id`, `AWS::SSM::Parameter::Value<...>`. */
  readonly type: string
  readonly default?: string
  readonly allowedValues?: readonly string[]
  readonly allowedPattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minValue?: number
  readonly maxValue?: number
  readonly noEcho: boolean
}

/** One entry of `Resources`, its functions not yet resolved. */
export interface Resource {
  readonly logicalId: string
  /** Such as `AWS::SageMaker::Domain`. */
  readonly type: string
  readonly properties: { readonly [key: string]: Json }
  readonly dependsOn: readonly string[]
  /** Name of the condition under which the resource exists. */
  readonly condition?: string
  readonly deletionPolicy?: Json
  readonly metadata?: Json
}

/** One entry of `Outputs`. */
export interface Output {
  readonly name: string
  readonly value: Json
  readonly condition?: string
  /** `Export.Name`. */
  readonly exportName?: Json
  readonly description?: string
}

/** A template whose shape and references have been judged by `parseTemplate`. Maps keep the order of the file. */
export interface Template {
  /** Name given by the caller, for messages. */
  readonly name: string
  readonly parameters: ReadonlyMap<string, Parameter>
  /** Mapping -> first key -> second key -> value. */
  readonly mappings: ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, Json>>>
  readonly conditions: ReadonlyMap<string, Json>
  readonly resources: ReadonlyMap<string, Resource>
  readonly outputs: ReadonlyMap<string, Output>
  /** Macros that would rewrite the template before it means anything, in words; only where the reader was told to keep them. */
  readonly macros: readonly string[]
  /** Templates of its nested stacks by logical id, or why there is none, where the reader has looked for them. */
  readonly nested?: ReadonlyMap<string, Template | { readonly unreadable: string }>
}
