import {
  BOUND_OPTIONS,
  type Bounds,
  boundsToJsonSchema,
  compileBounds,
  emitBounds,
} from './bounds.ts'
import type { Code } from './compile/code.ts'
import { withCode } from './compile/emit.ts'
import { assertFits, SerializationError } from './errors.ts'
import { INVALID, Issues } from './issue.ts'
import {
  checkSchemaOptions,
  defineSchema,
  type HasDefault,
  type Schema,
  type SchemaInfo,
} from './schema.ts'

export interface NumOptions extends Bounds, SchemaInfo<number> {}

/**
 * A finite number. Text may be in any decimal notation: `1`, `-0.5`, `.5`, `1e3`.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function num(options: NumOptions & HasDefault): Schema<number, number | undefined>
export function num(options?: NumOptions): Schema<number>
export function num(options: NumOptions = {}): Schema<number> {
  checkSchemaOptions('num', options, BOUND_OPTIONS)
  const bounded = compileBounds('num', options)
  const within = (value: number, input: unknown, issues: Issues): unknown =>
    bounded === undefined || bounded(value, input, issues) ? value : INVALID
  const withinItself = (value: unknown, issues: Issues): unknown =>
    within(value as number, value, issues)
  const emitTest = (code: Code, value: string): string => {
    code.failIf(`!Number.isFinite(${value})`)
    emitBounds(options, code, value)
    return value
  }
  return defineSchema(
    {
      kind: 'float',
      check: withCode(
        (input: unknown, issues: Issues) =>
          Number.isFinite(input) ? within(input as number, input, issues) : refuse(input, issues),
        emitTest,
      ),
      checkText: (text, issues) => {
        const value = parseNumber(text)
        return Number.isFinite(value)
          ? within(Number(value), text, issues)
          : refuseText(text, value, issues)
      },
      write: withCode((value: unknown) => {
        if (!Number.isFinite(value)) throw new SerializationError('is not a finite number')
        if (bounded !== undefined) assertFits(withinItself, value)
        return `${value as number}`
      }, emitTest),
      toJsonSchema: () => ({ type: 'number', ...boundsToJsonSchema(options) }),
    },
    options,
  )
}

const DECIMAL = /^[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+)?$/i
const NOT_FINITE = /^[+-]?(?:inf|infinity|nan)$/i

/** Infinity for what is no finite number though it names one, `undefined` for what is no number. */
function parseNumber(text: string): number | undefined {
  const trimmed = text.trim()
  if (DECIMAL.test(trimmed)) return Number(trimmed.replaceAll('_', ''))
  return NOT_FINITE.test(trimmed) ? Number.POSITIVE_INFINITY : undefined
}

function refuse(input: unknown, issues: Issues): typeof INVALID {
  return typeof input === 'number'
    ? issues.add('finite_number', 'Input should be a finite number', input)
    : issues.add('float_type', 'Input should be a valid number', input)
}

function refuseText(text: string, value: number | undefined, issues: Issues): typeof INVALID {
  if (value !== undefined) {
    return issues.add('finite_number', 'Input should be a finite number', text)
  }
  const message = 'Input should be a valid number, unable to parse string as a number'
  return issues.add('float_parsing', message, text)
}
