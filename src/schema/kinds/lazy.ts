import { OptionError } from '../../core/errors.ts'
import { SchemaDefinitionError, SerializationError } from '../errors.ts'
import { Schema } from '../schema.ts'

/** Deeper data is refused before the stack ends: how deep is the sender's choice. */
const MAX_DEPTH = 200

/**
 * A schema that is looked up when it is first used, so that it may refer to itself:
 * `const Node: Schema<Tree> = object({ children: array(lazy(() => Node)) }, { title: 'Node' })`.
 *
 * The schema inside needs a `title` for its JSON Schema: that is what the reference refers to. Data
 * nested more than 200 levels deep is refused, on the way in and on the way out.
 *
 * @throws {OptionError} if `get` is not a function
 */
export function lazy<Value>(get: () => Schema<Value>): Schema<Value> {
  if (typeof get !== 'function') throw new OptionError('lazy()', get, 'a function')
  let found: Schema<unknown> | undefined
  let depth = 0
  let isWriting = false
  const inner = (): Schema<unknown> => {
    found ??= get()
    if (found instanceof Schema) return found
    throw new SchemaDefinitionError('The function given to lazy() returned no schema')
  }
  return new Schema<Value>({
    kind: 'lazy',
    check: (input, issues) => {
      if (depth >= MAX_DEPTH) {
        const message = `Input should be nested no more than ${MAX_DEPTH} levels deep`
        return issues.add('recursion_depth', message, null, { max_depth: MAX_DEPTH })
      }
      depth++
      try {
        return inner().check(input, issues)
      } finally {
        depth--
      }
    },
    checkText: (text, issues) => inner().checkText(text, issues),
    write: (value) => {
      if (depth >= MAX_DEPTH) {
        throw new SerializationError(`is nested more than ${MAX_DEPTH} levels deep, or a cycle`)
      }
      depth++
      try {
        return inner().write(value)
      } finally {
        depth--
      }
    },
    toJsonSchema: (refs) => {
      if (isWriting) {
        throw new SchemaDefinitionError('A recursive schema needs a title, to be referred to')
      }
      isWriting = true
      try {
        return inner().toJsonSchema(refs)
      } finally {
        isWriting = false
      }
    },
  })
}
