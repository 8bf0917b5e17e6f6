import { z } from 'zod'
import { declaration } from './settings.ts'

/**
 * JSON Schema (2020-12) of the declaration, for completion and checks in editors. It accepts every declaration that `readDeclaration`
 * accepts; what only shows between settings, such as names that lead nowhere, it cannot tell.
 */
export function jsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(declaration.meta({ title: 'Studio Gate declaration' }), { io: 'input' })
}
