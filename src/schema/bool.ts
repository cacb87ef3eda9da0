import type { Code } from './compile/code.ts'
import { withCode } from './compile/emit.ts'
import { SerializationError } from './errors.ts'
import type { Issues } from './issue.ts'
import {
  checkSchemaOptions,
  defineSchema,
  type HasDefault,
  type Schema,
  type SchemaInfo,
} from './schema.ts'

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 'on', 't', 'true', 'y', 'yes'].map((word): [string, boolean] => [word, true]),
  ...['0', 'off', 'f', 'false', 'n', 'no'].map((word): [string, boolean] => [word, false]),
])

/**
 * True or false. Text may be one of the words Pydantic knows, in any case: `true`, `yes`, `on`,
 * `t`, `y`, `1` and their opposites.
 *
 * @throws {OptionError} on unknown options
 */
export function bool(
  options: SchemaInfo<boolean> & HasDefault,
): Schema<boolean, boolean | undefined>
export function bool(options?: SchemaInfo<boolean>): Schema<boolean>
export function bool(options: SchemaInfo<boolean> = {}): Schema<boolean> {
  checkSchemaOptions('bool', options, [])
  return defineSchema(
    {
      kind: 'bool',
      check: withCode(
        (input: unknown, issues: Issues) =>
          typeof input === 'boolean'
            ? input
            : issues.add('bool_type', 'Input should be a valid boolean', input),
        emitTest,
      ),
      checkText: (text, issues) => {
        const value = WORDS.get(text.toLowerCase())
        if (value !== undefined) return value
        const message = 'Input should be a valid boolean, unable to interpret input'
        return issues.add('bool_parsing', message, text)
      },
      write: withCode((value: unknown) => {
        if (value === true) return 'true'
        if (value === false) return 'false'
        throw new SerializationError('is not a boolean')
      }, emitTest),
      toJsonSchema: () => ({ type: 'boolean' }),
    },
    options,
  )
}

function emitTest(code: Code, value: string): string {
  code.failIf(`typeof ${value} !== 'boolean'`)
  return value
}
