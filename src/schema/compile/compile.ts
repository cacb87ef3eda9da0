import { INVALID, Issues } from '../issue.ts'
import type { Check, Schema, Write } from '../schema.ts'
import { Code } from './code.ts'
import { emitCheck, emitWrite } from './emit.ts'

/**
 * One function for the whole tree of a schema; the closures themselves where their kind has no code
 * or where the host forbids to generate any.
 *
 * The code only finds out whether the value fits. If not, the closures run over it once more and
 * collect all failures with their locations: there is one truth about what is wrong.
 */
export function compileCheck(schema: Schema<unknown>): Check {
  const { check } = schema
  if (check.emit === undefined) return check
  const code = new Code('return INVALID')
  const result = emitCheck(code, schema, 'input')
  code.line(`return ${result}`)
  const fast = build<Check>(schema, code, 'input, issues', '')
  if (fast === undefined) return check
  return (input, issues) => {
    const from = issues.items.length
    const value = fast(input, issues)
    if (value !== INVALID) return value
    issues.rewind(from)
    return check(input, issues)
  }
}

/** As {@link compileCheck}, for the JSON text of values. */
export function compileWrite(schema: Schema<unknown>): Write {
  const { write } = schema
  if (write.emit === undefined) return write
  const code = new Code('return undefined')
  emitWrite(code, schema, 'value')
  code.line('return text')
  const start = code.hasIssues ? `const issues = new ${code.constant(Issues)}()\n` : ''
  const fast = build<(value: unknown) => string | undefined>(
    schema,
    code,
    'value',
    `${start}let text = ''\n`,
  )
  return fast === undefined ? write : (value) => fast(value) ?? write(value)
}

/** `undefined` where code generation from strings is forbidden. */
function build<Generated>(
  schema: Schema<unknown>,
  code: Code,
  parameters: string,
  start: string,
): Generated | undefined {
  const names = code.constants.map((_, at) => `c${at}`)
  const label = (schema.info.title ?? schema.kind).replaceAll(/\W/g, '_').slice(0, 60)
  const source = `'use strict'\nreturn (${parameters}) => {\n${start}${code}}\n//# sourceURL=fasterapi-schema/${label}.js`
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- see Code: nothing of a schema is source
    const make = new Function('INVALID', ...names, source)
    return make(INVALID, ...code.constants) as Generated
  } catch (error) {
    if (error instanceof EvalError) return undefined
    throw error
  }
}
