import type { Schema } from '../schema.ts'
import type { Code } from './code.ts'

/**
 * Writes as code what a closure does with the value named `input`; the code leaves on failure.
 *
 * @returns the name of the result: `input` itself if it is never another value
 */
export type Emit = (code: Code, input: string) => string

/** Writes the code of one part of a schema. */
export type EmitPart = (code: Code, schema: Schema<unknown>, input: string) => string

/** Says of a closure how to write it as code; another closure in its place loses the code with it. */
export function withCode<Closure extends object>(
  closure: Closure,
  emit: Emit,
): Closure & { readonly emit: Emit } {
  return Object.assign(closure, { emit })
}

/** The check of a part: as code if its kind has any, else as a call. */
export const emitCheck: EmitPart = (code, schema, input) => {
  const { emit } = schema.check
  if (emit !== undefined && code.hasRoom) return emit(code, input)
  const call =
    emit === undefined ? code.constant(schema.check) : `${code.constant(schema.tier)}.check`
  return emitCall(code, `${call}(${input}, ${code.issues})`)
}

/**
 * The value that `JSON.stringify` makes the text of a part of.
 *
 * @throws {NoCodeError} if its kind has no code
 */
export const emitJson: EmitPart = (code, schema, input) => {
  const { emit } = schema.write
  if (emit === undefined) throw new NoCodeError()
  if (code.hasRoom) return emit(code, input)
  return emitCall(code, `${code.constant(schema.tier)}.json(${input})`)
}

/** A kind in the tree has no code of what it writes. */
export class NoCodeError extends Error {}

function emitCall(code: Code, call: string): string {
  const result = code.name()
  code.line(`const ${result} = ${call}`)
  code.failIf(`${result} === INVALID`)
  return result
}
