import { INVALID, type Issues } from '../issue.ts'
import type { Schema } from '../schema.ts'
import type { ObjectFacts } from './object-json-schema.ts'
import { inputNames } from './wire-names.ts'

/** Texts under names: a query string, a form, headers, cookies. */
export interface TextFields {
  /** The text that counts where one is expected; undefined if there is none. */
  one(name: string): string | undefined
  /** All texts of that name; undefined if there are none. */
  all(name: string): readonly string[] | undefined
  /** Each name that is there, once or more often. */
  names(): Iterable<string>
}

type Fields = { readonly [key: string]: Schema<unknown> }

/** Reads an object whose keys are names of texts. */
export function readTextFields(
  fields: Fields,
  { extra }: ObjectFacts,
  source: TextFields,
  issues: Issues,
): unknown {
  const result: Record<string, unknown> = {}
  const known = new Set<string>()
  let failed = false
  for (const [key, schema] of Object.entries(fields)) {
    const names = schema.info.readOnly === true ? [] : inputNames(schema, key)
    for (const name of names) known.add(name)
    const from = issues.items.length
    const value = readField(schema, names, { fields, source }, issues)
    if (value === INVALID) {
      const found = names.find((name) => source.one(name) !== undefined)
      issues.prefix(from, found ?? names[0]!)
      failed = true
    } else if (value !== undefined) {
      result[key] = value
    }
  }
  if (extra === 'forbid' || extra === 'allow') {
    failed = takeExtra(extra, known, source, result, issues) || failed
  }
  return failed ? INVALID : result
}

function readField(
  schema: Schema<unknown>,
  names: readonly string[],
  { fields, source }: { readonly fields: Fields; readonly source: TextFields },
  issues: Issues,
): unknown {
  const { checkTexts } = schema
  for (const name of names) {
    if (checkTexts !== undefined) {
      const texts = source.all(name)
      if (texts !== undefined) return checkTexts(texts, issues)
    } else {
      const text = source.one(name)
      if (text !== undefined) return schema.checkText(text, issues)
    }
  }
  if (schema.hasDefault) return schema.makeDefault()
  if (schema.isOptional || names.length === 0) return undefined
  return issues.add('missing', 'Field required', present(fields, source))
}

/**
 * What was sent, as FastAPI shows it beside what is missing, but declared names only: proxies add
 * headers that are not for the client.
 */
function present(fields: Fields, source: TextFields): object {
  const names = Object.entries(fields).flatMap(([key, schema]) => inputNames(schema, key))
  const entries = names.map((name) => [name, source.one(name)] as const)
  return Object.fromEntries(entries.filter(([, text]) => text !== undefined))
}

/** @returns true if something was there that must not be */
function takeExtra(
  extra: 'forbid' | 'allow',
  known: ReadonlySet<string>,
  source: TextFields,
  result: Record<string, unknown>,
  issues: Issues,
): boolean {
  let failed = false
  for (const name of new Set(source.names())) {
    if (known.has(name)) continue
    if (extra === 'allow' && name !== '__proto__') {
      result[name] = source.one(name)
      continue
    }
    const from = issues.items.length
    issues.add('extra_forbidden', 'Extra inputs are not permitted', source.one(name))
    issues.prefix(from, name)
    failed = true
  }
  return failed
}
