import { SerializationError } from '../errors.ts'
import { INVALID, type Issues } from '../issue.ts'
import {
  checkSchemaOptions,
  defineSchema,
  type Infer,
  type Schema,
  type SchemaInfo,
} from '../schema.ts'
import { plural } from '../text.ts'

/** The static type of `tuple(items, { rest })`. */
export type TupleOf<Items extends readonly Schema<unknown>[], Rest = never> = [Rest] extends [never]
  ? { -readonly [Index in keyof Items]: Infer<Items[Index]> }
  : [...{ -readonly [Index in keyof Items]: Infer<Items[Index]> }, ...Rest[]]

export interface TupleOptions<Items extends readonly Schema<unknown>[], Rest>
  extends SchemaInfo<TupleOf<Items, Rest>> {
  /** What any further items are; without it there are none. */
  readonly rest?: Schema<Rest>
}

/**
 * A list of fixed length, each place with a schema of its own: `tuple([num(), num()])`.
 *
 * @throws {OptionError} on unknown options
 */
export function tuple<const Items extends readonly Schema<unknown>[], Rest = never>(
  items: Items,
  options: TupleOptions<Items, Rest> = {},
): Schema<TupleOf<Items, Rest>> {
  checkSchemaOptions('tuple', options, ['rest'])
  const { rest } = options
  return defineSchema(
    {
      kind: `tuple[${items.map((item) => item.kind).join(',')}]`,
      check: (input, issues) => {
        if (!Array.isArray(input)) {
          return issues.add('tuple_type', 'Input should be a valid tuple', input)
        }
        return checkPlaces(items, rest, input, issues, asJson)
      },
      checkText: (text, issues) => issues.add('tuple_type', 'Input should be a valid tuple', text),
      checkTexts: (texts, issues) => checkPlaces(items, rest, texts, issues, asText),
      write: (value) => writePlaces(items, rest, value),
      toJsonSchema: (refs) => ({
        type: 'array',
        ...(rest === undefined ? { maxItems: items.length } : { items: rest.toJsonSchema(refs) }),
        minItems: items.length,
        ...(items.length === 0
          ? undefined
          : { prefixItems: items.map((item) => item.toJsonSchema(refs)) }),
      }),
    },
    options,
  )
}

type Attempt = (schema: Schema<unknown>, input: unknown, issues: Issues) => unknown

const asJson: Attempt = (schema, input, issues) => schema.check(input, issues)
const asText: Attempt = (schema, text, issues) => schema.checkText(text as string, issues)

function checkPlaces(
  items: readonly Schema<unknown>[],
  rest: Schema<unknown> | undefined,
  input: readonly unknown[],
  issues: Issues,
  attempt: Attempt,
): unknown {
  if (rest === undefined && input.length > items.length) return tooLong(items.length, input, issues)
  const result: unknown[] = []
  for (let index = 0; index < Math.max(items.length, input.length); index++) {
    const from = issues.items.length
    const value =
      index < input.length
        ? attempt((items[index] ?? rest)!, input[index], issues)
        : issues.add('missing', 'Field required', input)
    if (value === INVALID) issues.prefix(from, index)
    result.push(value)
  }
  return result.includes(INVALID) ? INVALID : result
}

function tooLong(max: number, input: readonly unknown[], issues: Issues): typeof INVALID {
  const count = input.length
  const message = `Tuple should have at most ${max} item${plural(max)} after validation, not ${count}`
  const ctx = { field_type: 'Tuple', max_length: max, actual_length: count }
  return issues.add('too_long', message, input, ctx)
}

function writePlaces(
  items: readonly Schema<unknown>[],
  rest: Schema<unknown> | undefined,
  value: unknown,
): string {
  if (!Array.isArray(value)) throw new SerializationError('is not an array')
  if (value.length < items.length || (rest === undefined && value.length > items.length)) {
    throw new SerializationError(`has ${value.length} items instead of ${items.length}`)
  }
  const texts = value.map((item, index) => {
    try {
      return (items[index] ?? rest!).write(item)
    } catch (error) {
      throw error instanceof SerializationError ? error.within(index) : error
    }
  })
  return `[${texts.join(',')}]`
}
