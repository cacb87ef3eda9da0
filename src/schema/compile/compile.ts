import { INVALID, Issues } from '../issue.ts'
import type { Check, Schema } from '../schema.ts'
import { Code } from './code.ts'
import { type EmitPart, emitCheck, emitJson, NoCodeError } from './emit.ts'

/** The value that `JSON.stringify` should see, or `INVALID` if the closures must have a look. */
export type ToJson = (value: unknown) => unknown

/**
 * One function for the check of a whole tree, `undefined` if that is not to be had.
 *
 * It only finds out whether a value fits. If not, it returns `INVALID` and may have added failures
 * of some parts: the closures then say what is wrong.
 */
export function compileCheck(schema: Schema<unknown>): Check | undefined {
  if (schema.check.emit === undefined) return undefined
  const code = new Code('return INVALID')
  return build<Check>(schema, emitCheck, code, () => '(input, issues) => {\n')
}

/** One function that leaves out of a value what is not declared, and makes the rest plain data. */
export function compileJson(schema: Schema<unknown>): ToJson | undefined {
  const code = new Code('return INVALID')
  // Nobody reads what parts find wrong: the closures say that.
  return build<ToJson>(schema, emitJson, code, () =>
    code.hasIssues ? `(input, issues = new ${code.constant(Issues)}()) => {\n` : '(input) => {\n',
  )
}

/** `undefined` where a kind has no code, or where the host forbids to make any. */
function build<Generated>(
  schema: Schema<unknown>,
  emitPart: EmitPart,
  code: Code,
  head: () => string,
): Generated | undefined {
  try {
    code.line(`return ${emitPart(code, schema, 'input')}`)
    const source = `'use strict'\nreturn ${head()}${code}}\n//# sourceURL=${nameOf(schema)}`
    const names = code.constants.map((_, at) => `c${at}`)
    // oxlint-disable-next-line typescript/no-implied-eval -- nothing of a schema is source: see Code
    return new Function('INVALID', ...names, source)(INVALID, ...code.constants)
  } catch (error) {
    if (error instanceof EvalError || error instanceof NoCodeError) return undefined
    throw error
  }
}

/** How traces and profiles call the code. */
function nameOf(schema: Schema<unknown>): string {
  const name = (schema.info.title ?? schema.kind).replaceAll(/\W/g, '_').slice(0, 60)
  return `fasterapi-schema/${name}.js`
}
