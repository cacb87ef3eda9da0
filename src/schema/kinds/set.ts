import { COUNT_OPTIONS, type Counts, compileCounts, countsToJsonSchema } from '../counts.ts'
import { assertFits, SerializationError } from '../errors.ts'
import { INVALID, type Issues } from '../issue.ts'
import { listedSet } from '../listed-set.ts'
import {
  checkSchemaOptions,
  defineSchema,
  type HasDefault,
  type Schema,
  type SchemaInfo,
  type Sendable,
} from '../schema.ts'

export interface SetOptions<Item> extends Counts, SchemaInfo<ReadonlySet<Item>> {}

/**
 * Different values, all of one kind: a list in JSON, a `Set` in the program. A value that comes
 * twice counts once, as in Python. As a query parameter or header it collects repeated ones.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function set<Item, Sent>(
  item: Schema<Item, Sent>,
  options: SetOptions<Item> & HasDefault,
): Schema<Set<Item>, Sendable<Item, Sent>[] | undefined>
export function set<Item, Sent>(
  item: Schema<Item, Sent>,
  options?: SetOptions<Item>,
): Schema<Set<Item>, Sendable<Item, Sent>[]>
export function set<Item>(item: Schema<Item>, options: SetOptions<Item> = {}): Schema<Set<Item>> {
  checkSchemaOptions('set', options, COUNT_OPTIONS)
  const fits = compileCounts('set', 'Set', options)
  const read = (
    input: Iterable<unknown>,
    attempt: (value: never, issues: Issues) => unknown,
    issues: Issues,
  ): unknown => {
    const result = collect(input, attempt as ItemCheck, issues)
    if (result === undefined) return INVALID
    return fits(result.size, input, issues) ? result : INVALID
  }
  const check = (input: unknown, issues: Issues): unknown =>
    Array.isArray(input) || input instanceof Set
      ? read(input, item.check, issues)
      : issues.add('set_type', 'Input should be a valid set', input)
  return defineSchema(
    {
      kind: `set[${item.kind}]`,
      check,
      checkText: (text, issues) => read([text], item.checkText, issues),
      checkTexts: (texts, issues) => read(texts, item.checkText, issues),
      write: (value) => {
        if (!(value instanceof Set)) throw new SerializationError('is not a Set')
        assertFits((set, issues) => fits((set as Set<unknown>).size, set, issues) || INVALID, value)
        return writeSet(value, item)
      },
      toJsonSchema: (refs) => ({
        type: 'array',
        items: item.toJsonSchema(refs),
        ...countsToJsonSchema(options),
        uniqueItems: true,
      }),
    },
    options,
  )
}

type ItemCheck = (value: unknown, issues: Issues) => unknown

function collect(
  input: Iterable<unknown>,
  check: ItemCheck,
  issues: Issues,
): Set<unknown> | undefined {
  const result = listedSet()
  let index = 0
  let failed = false
  for (const item of input) {
    const from = issues.items.length
    const value = check(item, issues)
    if (value === INVALID) {
      issues.prefix(from, index)
      failed = true
    }
    result.add(value)
    index++
  }
  return failed ? undefined : result
}

function writeSet(items: ReadonlySet<unknown>, item: Schema<unknown>): string {
  const texts: string[] = []
  try {
    for (const value of items) texts.push(item.write(value))
  } catch (error) {
    throw error instanceof SerializationError ? error.within(texts.length) : error
  }
  return `[${texts.join(',')}]`
}
