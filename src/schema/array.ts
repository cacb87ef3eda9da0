import { OptionError } from '../core/errors.ts'
import { integerOption } from '../core/options.ts'
import type { Code } from './compile/code.ts'
import { type EmitPart, emitCheck, emitJson, withCode } from './compile/emit.ts'
import { assertFits, SerializationError } from './errors.ts'
import { INVALID, Issues } from './issue.ts'
import type { JsonSchema } from './json-schema.ts'
import {
  checkSchemaOptions,
  defineSchema,
  type HasDefault,
  type Schema,
  type SchemaInfo,
  type Sendable,
} from './schema.ts'
import { plural } from './text.ts'

export interface ArrayOptions<Item> extends SchemaInfo<readonly Item[]> {
  readonly minItems?: number
  readonly maxItems?: number
}

/**
 * A list of values that all fit `item`. As a query parameter or header it collects repeated ones.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function array<Item, Sent>(
  item: Schema<Item, Sent>,
  options: ArrayOptions<Item> & HasDefault,
): Schema<Item[], Sendable<Item, Sent>[] | undefined>
export function array<Item, Sent>(
  item: Schema<Item, Sent>,
  options?: ArrayOptions<Item>,
): Schema<Item[], Sendable<Item, Sent>[]>
export function array<Item>(item: Schema<Item>, options: ArrayOptions<Item> = {}): Schema<Item[]> {
  checkSchemaOptions('array', options, ['minItems', 'maxItems'])
  const checkCount = compileCount(options)
  const finish = (items: readonly unknown[], failed: boolean, issues: Issues): unknown => {
    const fits = checkCount === undefined || checkCount(items, issues)
    return fits && !failed ? items : INVALID
  }
  const checkTexts = (texts: readonly string[], issues: Issues): unknown => {
    const { items, failed } = eachItem(texts, item.checkText as ItemCheck, issues)
    return finish(items, failed, issues)
  }
  return defineSchema(
    {
      kind: `list[${item.kind}]`,
      check: withCode(
        (input: unknown, issues: Issues) => {
          if (!Array.isArray(input)) {
            return issues.add('list_type', 'Input should be a valid list', input)
          }
          const { items, failed } = eachItem(input, item.check, issues)
          return finish(items, failed, issues)
        },
        (code, input) => emitItems(item, options, emitCheck, code, input),
      ),
      checkText: (text, issues) => checkTexts([text], issues),
      checkTexts,
      write: withCode(
        (value: unknown) => {
          if (!Array.isArray(value)) throw new SerializationError('is not an array')
          if (checkCount !== undefined) {
            assertFits((items, issues) => finish(items as unknown[], false, issues), value)
          }
          return writeItems(value, item)
        },
        (code, value) => emitItems(item, options, emitJson, code, value),
      ),
      toJsonSchema: (refs) => ({
        type: 'array',
        items: item.toJsonSchema(refs),
        ...countToJsonSchema(options),
      }),
    },
    options,
  )
}

/** Writes the check or the writing of a list: the same array if no item changes. */
function emitItems<Item>(
  item: Schema<Item>,
  { minItems, maxItems }: ArrayOptions<Item>,
  emitPart: EmitPart,
  code: Code,
  input: string,
): string {
  const [at, value, items] = [code.name(), code.name(), code.name()]
  code.failIf(`!Array.isArray(${input})`)
  if (minItems !== undefined) code.failIf(`${input}.length < ${minItems}`)
  if (maxItems !== undefined) code.failIf(`${input}.length > ${maxItems}`)
  // Of such an array JSON.stringify would write something else.
  if (emitPart === emitJson) code.failIf(`typeof ${input}.toJSON === 'function'`)
  code.line(`let ${items} = ${input}`)
  code.line(`for (let ${at} = 0; ${at} < ${input}.length; ${at}++) {`)
  code.line(`const ${value} = ${input}[${at}]`)
  const checked = emitPart(code, item, value)
  if (checked !== value) {
    code.line(`if (${items} !== ${input}) ${items}.push(${checked})`)
    code.line(`else if (${checked} !== ${value}) {`)
    code.line(`${items} = ${input}.slice(0, ${at})`)
    code.line(`${items}.push(${checked})`)
    code.line('}')
  }
  code.line('}')
  return checked === value ? input : items
}

type ItemCheck = (input: unknown, issues: Issues) => unknown

/** The same array if no item changed: most validations only look. */
function eachItem(
  input: readonly unknown[],
  check: ItemCheck,
  issues: Issues,
): { items: readonly unknown[]; failed: boolean } {
  let items: unknown[] | undefined
  let failed = false
  for (let index = 0; index < input.length; index++) {
    const from = issues.items.length
    const value = check(input[index], issues)
    if (value === INVALID) {
      issues.prefix(from, index)
      failed = true
    } else if (items !== undefined) {
      items.push(value)
    } else if (value !== input[index]) {
      items = input.slice(0, index)
      items.push(value)
    }
  }
  return { items: items ?? input, failed }
}

function writeItems(items: readonly unknown[], item: Schema<unknown>): string {
  if (items.length === 0) return '[]'
  const { write } = item
  let text = '['
  let index = 0
  try {
    text += write(items[0])
    for (index = 1; index < items.length; index++) text += `,${write(items[index])}`
  } catch (error) {
    throw error instanceof SerializationError ? error.within(index) : error
  }
  return `${text}]`
}

function compileCount<Item>(
  options: ArrayOptions<Item>,
): ((items: readonly unknown[], issues: Issues) => boolean) | undefined {
  const min = integerOption('array().minItems', options.minItems, 0)
  const max = integerOption('array().maxItems', options.maxItems, Number.MAX_SAFE_INTEGER)
  if (min > max) throw new OptionError('array().minItems', min, `at most maxItems (${max})`)
  if (options.minItems === undefined && options.maxItems === undefined) return undefined
  return (items, issues) => {
    const count = items.length
    const ctx = { field_type: 'List', actual_length: count }
    if (count < min) {
      const message = `List should have at least ${min} item${plural(min)} after validation, not ${count}`
      issues.add('too_short', message, items, { ...ctx, min_length: min })
    } else if (count > max) {
      const message = `List should have at most ${max} item${plural(max)} after validation, not ${count}`
      issues.add('too_long', message, items, { ...ctx, max_length: max })
    }
    return count >= min && count <= max
  }
}

function countToJsonSchema<Item>(options: ArrayOptions<Item>): JsonSchema {
  const result: JsonSchema = {}
  if (options.maxItems !== undefined) result['maxItems'] = options.maxItems
  if (options.minItems !== undefined) result['minItems'] = options.minItems
  return result
}
