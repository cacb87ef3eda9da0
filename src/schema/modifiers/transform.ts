import { OptionError } from '../../core/errors.ts'
import { INVALID, type Issues } from '../issue.ts'
import { Schema, type Sendable } from '../schema.ts'
import { rebuild } from './rebuild.ts'
import { Refusal } from './refusal.ts'

/**
 * A schema whose values are changed after they were checked: into a class of the program, or into
 * another form. JSON Schema shows what is on the wire.
 *
 * @param decode - from what was read to what the program gets; may {@link refuse}
 * @param encode - back, before the value is written; without it `decode` must not change what the
 *   schema writes, as trimming or lower case do not
 * @throws {OptionError} unless given a schema and functions
 */
export function transform<Value, Sent, Result>(
  schema: Schema<Value, Sent>,
  decode: (value: Value) => Result | Refusal,
  encode?: (value: Result) => Value,
): Schema<Exclude<Result, Refusal>, Sendable<Value, Sent>> {
  if (!(schema instanceof Schema)) throw new OptionError('transform()', schema, 'a schema')
  for (const step of [decode, encode ?? decode]) {
    if (typeof step !== 'function') throw new OptionError('transform()', step, 'a function')
  }
  const { write } = schema
  const changed = rebuild<Schema<unknown>>(schema, {
    read: (value, input, issues) => {
      if (value === INVALID || (value === undefined && schema.isOptional)) return value
      const result = decode(value as Value)
      return result instanceof Refusal ? result.report(input, issues) : result
    },
    write: encode === undefined ? write : (value) => write(encode(value as Result)),
  })
  const { default: given, ...words } = schema.info
  if (given === undefined) return changed as Schema<Exclude<Result, Refusal>, Sendable<Value, Sent>>
  // The default is one of the values that are read, so it takes the same way.
  const makeDefault = (): unknown => {
    const result = decode(schema.makeDefault() as Value)
    return result instanceof Refusal ? undefined : result
  }
  return new Schema(changed.definition, { ...words, defaultFactory: makeDefault })
}

/**
 * A schema whose input is changed before it is checked: blanks taken off, an old form of a value
 * accepted.
 *
 * @param prepare - gets JSON values and, where the wire has text, text; may {@link refuse}
 * @throws {OptionError} unless given a function and a schema
 */
export function preprocess<Value>(
  prepare: (input: unknown) => unknown,
  schema: Schema<Value>,
): Schema<Value> {
  if (typeof prepare !== 'function') throw new OptionError('preprocess()', prepare, 'a function')
  if (!(schema instanceof Schema)) throw new OptionError('preprocess()', schema, 'a schema')
  const { definition } = schema
  const check = (input: unknown, issues: Issues): unknown => {
    const prepared = prepare(input)
    return prepared instanceof Refusal
      ? prepared.report(input, issues)
      : definition.check(prepared, issues)
  }
  return new Schema<Value>(
    {
      ...definition,
      check,
      checkText: (text, issues) => {
        const prepared = prepare(text)
        if (prepared instanceof Refusal) return prepared.report(text, issues)
        return typeof prepared === 'string'
          ? definition.checkText(prepared, issues)
          : definition.check(prepared, issues)
      },
    },
    schema.info,
  )
}
