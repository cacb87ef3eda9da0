import { Schema, type Sendable } from '../schema.ts'

declare const BRAND: unique symbol

/** A type of its own, though its values are ordinary: a `UserId` is no `OrderId`. */
export type Branded<Value, Name extends string> = Value & { readonly [BRAND]: Name }

/**
 * The same schema, whose values TypeScript keeps apart from others of the same type. Nothing
 * happens at run time.
 *
 * @param _name - of the type: `'UserId'`
 */
export function brand<Value, Sent, const Name extends string>(
  schema: Schema<Value, Sent>,
  _name: Name,
): Schema<Branded<Value, Name>, Sendable<Value, Sent>> {
  return new Schema(schema.definition, schema.info)
}
