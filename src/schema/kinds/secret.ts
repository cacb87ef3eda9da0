import { SerializationError } from '../errors.ts'
import { INVALID, type Issues } from '../issue.ts'
import { defineSchema, type Schema } from '../schema.ts'

const MASK = '**********'

/** A value that is not shown by accident: not in logs, not in JSON, not in messages. */
export class Secret<out Value> {
  readonly #value: Value

  constructor(value: Value) {
    this.#value = value
    Object.freeze(this)
  }

  /** The value itself. */
  reveal(): Value {
    return this.#value
  }

  toString(): string {
    return MASK
  }

  toJSON(): string {
    return MASK
  }

  static {
    // What `console.log` asks for, by the name of the symbol: browsers have no `node:util`.
    Object.defineProperty(Secret.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value: () => `Secret(${MASK})`,
    })
  }
}

/**
 * A value that must not leak: a {@link Secret} in the program; stars where it is written. Failures
 * do not repeat what was sent.
 *
 * @param inner - what it is: `str({ minLength: 8 })`
 */
export function secret<Value>(inner: Schema<Value>): Schema<Secret<Value>> {
  const conceal = (value: unknown, from: number, issues: Issues): unknown => {
    if (value !== INVALID) return new Secret(value)
    issues.conceal(from, MASK)
    return INVALID
  }
  return defineSchema(
    {
      kind: inner.kind,
      check: (input, issues) => {
        if (input instanceof Secret) return input
        const from = issues.items.length
        return conceal(inner.check(input, issues), from, issues)
      },
      checkText: (text, issues) => {
        const from = issues.items.length
        return conceal(inner.checkText(text, issues), from, issues)
      },
      write: (value) => {
        if (value instanceof Secret) return `"${MASK}"`
        throw new SerializationError('is not a Secret')
      },
      toJsonSchema: (refs) => {
        const { default: _, ...facts } = inner.toJsonSchema(refs)
        return { ...facts, format: 'password', writeOnly: true }
      },
      ...(inner.isOptional ? { isOptional: true } : undefined),
    },
    inner.info.default === undefined
      ? inner.info
      : { ...inner.info, default: new Secret(inner.info.default) },
  )
}
