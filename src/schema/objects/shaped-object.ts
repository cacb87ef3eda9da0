import { writeJson } from '../any.ts'
import { SchemaDefinitionError, SerializationError } from '../errors.ts'
import { INVALID, type Issues } from '../issue.ts'
import { isPlainObject } from '../record.ts'
import type { Check, Schema, SchemaDefinition, Write } from '../schema.ts'
import type { ObjectFacts } from './object-json-schema.ts'
import { inputNames, outputName } from './wire-names.ts'

interface ShapedField {
  readonly key: string
  readonly schema: Schema<unknown>
  /** None for `readOnly` keys. */
  readonly reads: readonly string[]
  /** With its colon, as it stands in JSON; none for `writeOnly` keys. */
  readonly label: string | undefined
}

interface ShapedComputed {
  readonly key: string
  readonly label: string
  readonly write: Write
  readonly compute: (value: never) => unknown
}

interface Shape {
  readonly fields: readonly ShapedField[]
  readonly computed: readonly ShapedComputed[]
  readonly known: ReadonlySet<string>
  readonly extra: 'ignore' | 'forbid' | 'allow'
}

/** True if an object on the wire has other keys than in the program. */
export function needsShape(schemas: readonly Schema<unknown>[], facts: ObjectFacts): boolean {
  if (facts.extra === 'allow' || facts.computed !== undefined) return true
  return schemas.some(({ info }) =>
    [info.alias, info.inputAlias, info.outputAlias, info.readOnly, info.writeOnly].some(Boolean),
  )
}

/**
 * How objects are read and written whose keys on the wire are not those of the program: aliases,
 * `readOnly`, `writeOnly` and computed keys, keys that nobody declared.
 *
 * @throws {SchemaDefinitionError} if two keys have the same name on the wire
 */
export function shapedFunctions(
  fields: { readonly [key: string]: Schema<unknown> },
  facts: ObjectFacts,
): Pick<SchemaDefinition, 'check' | 'write'> {
  const shape = shapeOf(fields, facts)
  const check: Check = (input, issues) => {
    if (isPlainObject(input)) return checkShape(shape, input, issues)
    const message = 'Input should be a valid dictionary or object to extract fields from'
    return issues.add('model_attributes_type', message, input)
  }
  return { check, write: (value) => writeShape(shape, value) }
}

function shapeOf(
  declared: { readonly [key: string]: Schema<unknown> },
  { extra = 'ignore', computed = {} }: ObjectFacts,
): Shape {
  const fields = Object.entries(declared).map(([key, schema]) => {
    const { readOnly, writeOnly } = schema.info
    return {
      key,
      schema,
      reads: readOnly === true ? [] : inputNames(schema, key),
      label: writeOnly === true ? undefined : labelOf(outputName(schema, key)),
    }
  })
  const worked = Object.entries(computed).map(([key, { schema, compute }]) => {
    const { write } = schema
    return { key, write, compute, label: labelOf(outputName(schema, key)) }
  })
  const reads = fields.flatMap((field) => field.reads)
  refuseTwins(reads)
  refuseTwins([...fields, ...worked].flatMap(({ label }) => label ?? []))
  // What an answer had and a client sends back is known, though it is not read.
  const ignored = [...fields.filter(({ reads: names }) => names.length === 0), ...worked]
  const known = new Set([...reads, ...ignored.map(({ label }) => JSON.parse(label!.slice(0, -1)))])
  return { fields, computed: worked, known, extra }
}

function labelOf(name: string): string {
  return `${JSON.stringify(name)}:`
}

function refuseTwins(names: readonly string[]): void {
  const twin = names.find((name, index) => names.indexOf(name) !== index)
  if (twin === undefined) return
  throw new SchemaDefinitionError(`Two keys of an object have the same name on the wire: ${twin}`)
}

function checkShape(shape: Shape, input: Record<string, unknown>, issues: Issues): unknown {
  const result: Record<string, unknown> = {}
  let failed = shape.extra === 'ignore' ? false : !takeExtra(shape, input, result, issues)
  for (const { key, schema, reads } of shape.fields) {
    const name = reads.find((each) => Object.hasOwn(input, each) && input[each] !== undefined)
    const from = issues.items.length
    let value: unknown
    if (name !== undefined) value = schema.check(input[name], issues)
    else if (schema.hasDefault) value = schema.makeDefault()
    else if (schema.isOptional || reads.length === 0) continue
    else value = issues.add('missing', 'Field required', input)
    if (value === INVALID) {
      issues.prefix(from, name ?? reads[0]!)
      failed = true
    } else {
      result[key] = value
    }
  }
  return failed ? INVALID : result
}

/** Undeclared keys are refused or, if they are allowed, become part of the result. */
function takeExtra(
  { known, extra }: Shape,
  input: Record<string, unknown>,
  result: Record<string, unknown>,
  issues: Issues,
): boolean {
  let fits = true
  for (const name of Object.keys(input)) {
    if (known.has(name)) continue
    // As a key of the result it would be lost, or become its prototype when that is copied.
    if (extra === 'allow' && name !== '__proto__') {
      result[name] = input[name]
      continue
    }
    const from = issues.items.length
    issues.add('extra_forbidden', 'Extra inputs are not permitted', input[name])
    issues.prefix(from, name)
    fits = false
  }
  return fits
}

function writeShape(shape: Shape, value: unknown): string {
  if (!isPlainObject(value)) throw new SerializationError('is not an object')
  const parts: string[] = []
  for (const { key, schema, label } of shape.fields) {
    if (label === undefined) continue
    let item = Object.hasOwn(value, key) ? value[key] : inherited(value, key)
    if (item === undefined && schema.hasDefault) item = schema.makeDefault()
    if (item === undefined && schema.isOptional) continue
    parts.push(label + within(key, () => writeItem(schema, item)))
  }
  for (const { key, label, write, compute } of shape.computed) {
    parts.push(label + within(key, () => write(compute(value as never))))
  }
  if (shape.extra === 'allow') writeExtra(shape, value, parts)
  return `{${parts.join(',')}}`
}

/** Getters of a class count; what every object has (`constructor`) does not. */
function inherited(value: Record<string, unknown>, key: string): unknown {
  return key in {} ? undefined : value[key]
}

function writeItem(schema: Schema<unknown>, item: unknown): string {
  if (item === undefined) throw new SerializationError('is missing')
  return schema.write(item)
}

function writeExtra(
  { fields, computed, known }: Shape,
  value: Record<string, unknown>,
  parts: string[],
): void {
  const declared = new Set([...fields, ...computed].map(({ key }) => key))
  for (const name of Object.keys(value)) {
    if (declared.has(name) || known.has(name) || value[name] === undefined) continue
    parts.push(labelOf(name) + within(name, () => writeJson(value[name])))
  }
}

function within(key: string, write: () => string): string {
  try {
    return write()
  } catch (error) {
    throw error instanceof SerializationError ? error.within(key) : error
  }
}
