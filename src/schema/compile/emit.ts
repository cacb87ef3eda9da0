import type { Schema } from '../schema.ts'
import type { Code } from './code.ts'

/**
 * Writes what a check does with the value named `input`, and leaves on failure.
 *
 * @returns the name of the result: `input` itself if the check never changes a value
 */
export type EmitCheck = (code: Code, input: string) => string

/** Appends the JSON text of the value named `value`, and leaves on failure. */
export type EmitWrite = (code: Code, value: string) => void

/** Says of a check how to write it as code; another check in its place loses the code with it. */
export function withCode<Closure extends object, Emit>(
  closure: Closure,
  emit: Emit,
): Closure & { readonly emit: Emit } {
  return Object.assign(closure, { emit })
}

/** Writes the check of a part: as code if its kind can, else as a call. */
export function emitCheck(code: Code, schema: Schema<unknown>, input: string): string {
  const { emit } = schema.check
  if (emit !== undefined && code.hasRoom) return emit(code, input)
  const result = code.name()
  const call =
    emit === undefined ? code.constant(schema.check) : `${code.constant(schema)}.validate`
  code.line(`const ${result} = ${call}(${input}, ${code.issues})`)
  code.failIf(`${result} === INVALID`)
  return result
}

/** Writes the JSON text of a part: as code if its kind can, else as a call. */
export function emitWrite(code: Code, schema: Schema<unknown>, value: string): void {
  const { emit } = schema.write
  if (emit !== undefined && code.hasRoom) return emit(code, value)
  const call = emit === undefined ? code.constant(schema.write) : `${code.constant(schema)}.print`
  // At once, not when the pieces are put together: the call may throw.
  const text = code.name()
  code.line(`const ${text} = ${call}(${value})`)
  code.piece(text)
}
