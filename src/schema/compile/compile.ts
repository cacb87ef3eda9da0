import { INVALID, type Issues } from '../issue.ts'
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
  return schema.check.emit && build<Check>(schema, emitCheck)
}

/** One function that leaves out of a value what is not declared, and makes the rest plain data. */
export function compileJson(schema: Schema<unknown>): ToJson | undefined {
  return schema.write.emit && build<ToJson>(schema, emitJson)
}

/** `undefined` where a kind has no code, or where the host forbids to make any. */
function build<Generated extends (input: unknown, issues: Issues) => unknown>(
  schema: Schema<unknown>,
  emitPart: EmitPart,
): Generated | undefined {
  const code = new Code('return INVALID')
  try {
    code.line(`return ${emitPart(code, schema, 'input')}`)
    const names = code.constants.map((_, at) => `c${at}`)
    // oxlint-disable-next-line typescript/no-implied-eval -- nothing of a schema is source: see Code
    const make = new Function('INVALID', ...names, sourceOf(schema, code))
    return make(INVALID, ...code.constants)
  } catch (error) {
    if (error instanceof EvalError || error instanceof NoCodeError) return undefined
    throw error
  }
}

function sourceOf(schema: Schema<unknown>, code: Code): string {
  const name = (schema.info.title ?? schema.kind).replaceAll(/\W/g, '_').slice(0, 60)
  return `'use strict'
return (input, issues) => {
${code}}
//# sourceURL=fasterapi-schema/${name}.js`
}
