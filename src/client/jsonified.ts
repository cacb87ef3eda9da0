type Primitive = string | number | boolean | null | undefined

/**
 * What a value is after it has gone over the wire as JSON: a `Date` is a string, a `Set` an array.
 *
 * What is JSON anyway stays as it is.
 */
export type Jsonified<Value> = Value extends Primitive
  ? Value
  : unknown extends Value
    ? Value
    : Value extends { toJSON(): infer Json }
      ? Json
      : Value extends bigint
        ? number
        : Value extends Uint8Array
          ? string
          : Value extends ReadonlySet<infer Item>
            ? Jsonified<Item>[]
            : Value extends ReadonlyMap<infer Key, infer Item>
              ? { [Name in Key & PropertyKey]: Jsonified<Item> }
              : { [Name in keyof Value]: Jsonified<Value[Name]> }
