import { OptionError } from '../../core/errors.ts'
import { assertFits } from '../errors.ts'
import { INVALID, type Issues } from '../issue.ts'
import { Schema } from '../schema.ts'
import { rebuild } from './rebuild.ts'
import { Refusal } from './refusal.ts'

/** True or nothing if the value fits; false, a message or a {@link Refusal} if it does not. */
export type Verdict = boolean | string | Refusal | undefined

/**
 * A schema with one more check, run on values that fit so far: across the keys of an object, or
 * whatever else a schema cannot say. It runs on the way out as well.
 *
 * ```text
 * refine(Signup, (form) => form.password === form.repeat || 'passwords do not match')
 * ```
 *
 * @param test - synchronous, and must not throw
 * @throws {OptionError} unless given a schema and a function
 */
export function refine<Value, Kind extends Schema<Value>>(
  schema: Kind & Schema<Value>,
  test: (value: Kind['~type']) => Verdict,
): Kind {
  if (!(schema instanceof Schema)) throw new OptionError('refine()', schema, 'a schema')
  if (typeof test !== 'function') throw new OptionError('refine()', test, 'a function')
  const judge = (value: unknown, input: unknown, issues: Issues): unknown => {
    if (value === INVALID || (value === undefined && schema.isOptional)) return value
    const verdict = test(value as Kind['~type'])
    if (verdict === true || verdict === undefined) return value
    return refusalOf(verdict).report(input, issues)
  }
  return rebuild(schema, {
    read: judge,
    write: (value) => {
      assertFits((found, issues) => judge(found, found, issues), value)
      return schema.write(value)
    },
  })
}

function refusalOf(verdict: false | string | Refusal): Refusal {
  if (verdict instanceof Refusal) return verdict
  return new Refusal(verdict === false ? 'the value does not fit' : verdict, {})
}
