import { OptionError } from '../core/errors.ts'
import type { Code } from './compile/code.ts'
import { withCode } from './compile/emit.ts'
import { SerializationError } from './errors.ts'
import type { Issues } from './issue.ts'
import { Schema } from './schema.ts'
import { listExpected } from './text.ts'

export type LiteralValue = string | number | boolean | null

/**
 * One of the given values, exactly. Text fits the value that it spells.
 *
 * @throws {OptionError} if no value is given
 */
export function literal<const Values extends readonly LiteralValue[]>(
  ...values: Values
): Schema<Values[number]> {
  if (values.length === 0) throw new OptionError('literal()', values, 'at least one value')
  const known: ReadonlySet<unknown> = new Set(values)
  const spelled: ReadonlyMap<string, LiteralValue> = new Map(
    values.map((value) => [String(value), value]),
  )
  const emitTest = (code: Code, value: string): string => {
    // Only a few texts are compared faster than they are looked up.
    const isShort = values.length <= 4 && values.every((each) => typeof each === 'string')
    code.failIf(
      isShort
        ? values.map((each) => `${value} !== ${JSON.stringify(each)}`).join(' && ')
        : `!${code.constant(known)}.has(${value})`,
    )
    return value
  }
  const expected = listExpected(values)
  const message = `Input should be ${expected}`
  return new Schema({
    kind: `literal[${values.map((value) => JSON.stringify(value)).join(',')}]`,
    check: withCode(
      (input: unknown, issues: Issues) =>
        known.has(input) ? input : issues.add('literal_error', message, input, { expected }),
      emitTest,
    ),
    checkText: (text, issues) =>
      spelled.has(text)
        ? spelled.get(text)
        : issues.add('literal_error', message, text, { expected }),
    write: withCode((value: unknown) => {
      if (known.has(value)) return JSON.stringify(value)
      throw new SerializationError(`is not ${expected}`)
    }, emitTest),
    toJsonSchema: () => literalToJsonSchema(values),
  })
}

function literalToJsonSchema(values: readonly LiteralValue[]): Record<string, unknown> {
  const types = [...new Set(values.map(typeName))]
  const type = types.length === 1 ? { type: types[0] } : {}
  return values.length === 1 ? { const: values[0], ...type } : { enum: values, ...type }
}

function typeName(value: LiteralValue): string {
  if (value === null) return 'null'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}
