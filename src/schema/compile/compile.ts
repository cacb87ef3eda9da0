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
  return build(schema, emitCheck, () => 'input, issues')
}

/** One function that leaves out of a value what is not declared, and makes the rest plain data. */
export function compileJson(schema: Schema<unknown>): ToJson | undefined {
  // Nobody reads what parts find wrong: the closures say that.
  return build(schema, emitJson, (code) =>
    code.hasIssues ? `input, issues = new ${code.constant(Issues)}()` : 'input',
  )
}

/** `undefined` where a kind has no code, or where the host forbids to make any. */
function build(
  schema: Schema<unknown>,
  emitPart: EmitPart,
  parameters: (code: Code) => string,
): ((input: unknown, issues?: Issues) => unknown) | undefined {
  const code = new Code('return INVALID')
  try {
    code.line(`return ${emitPart(code, schema, 'input')}`)
    const source = `return (${parameters(code)}) => {\n${code.toString()}}`
    const names = code.constants.map((_, at) => `c${at}`)
    const body = `'use strict'\n${source}\n//# sourceURL=${nameOf(schema)}`
    // oxlint-disable-next-line typescript/no-implied-eval -- nothing of a schema is source: see Code
    return new Function('INVALID', ...names, body)(INVALID, ...code.constants)
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
