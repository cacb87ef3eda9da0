import { parseCookies } from '../../http/index.ts'
import { INVALID, inputNames, type Schema, type TextFields } from '../../schema/index.ts'
import type { AppRequest } from '../request.ts'
import type { Input } from './input.ts'
import { allOf, lastOf, type QueryPairs } from './query-string.ts'
import type { Reader } from './readers.ts'

/**
 * Reads an object whose keys are parameters of their own: a model of the query, of headers or of
 * cookies. Where an alias names one parameter, that parameter is the object's place, and it is none.
 *
 * @returns undefined for inputs that are no models
 */
export function modelReader({ source, schema, alias }: Input<unknown>): Reader | undefined {
  const check = schema?.definition.checkTextFields
  const toFields = FIELDS[source]
  if (check === undefined || toFields === undefined || alias !== undefined) return undefined
  const names = namesOf(schema)
  return (sources, issues) => {
    const from = issues.items.length
    const value = check(toFields(sources, names), issues)
    if (value === INVALID) issues.prefix(from, source)
    return value
  }
}

/** The names of a model by the headers they stand for. */
type Names = ReadonlyMap<string, string>

type ToFields = (sources: Parameters<Reader>[0], names: Names) => TextFields

function namesOf(schema: Schema<unknown> | undefined): Names {
  const fields = Object.entries(schema?.definition.fields ?? {})
  const names = fields.flatMap(([key, field]) => inputNames(field, key))
  return new Map(names.map((name) => [headerName(name), name]))
}

const FIELDS: Readonly<Record<string, ToFields>> = {
  query: ({ query }) => new QueryFields(query),
  header: ({ request }, names) => new HeaderFields(request, names),
  cookie: ({ request }) => new CookieFields(request),
}

/** `userAgent` and `user_agent` are the header `user-agent`. */
export function headerName(key: string): string {
  return key
    .replaceAll(/[A-Z]/g, (letter) => `-${letter}`)
    .replaceAll('_', '-')
    .toLowerCase()
}

class QueryFields implements TextFields {
  readonly #pairs: QueryPairs

  constructor(pairs: QueryPairs) {
    this.#pairs = pairs
  }

  one(name: string): string | undefined {
    return lastOf(this.#pairs, name)
  }

  all(name: string): readonly string[] | undefined {
    return allOf(this.#pairs, name)
  }

  names(): Iterable<string> {
    return this.#pairs.filter((_, index) => index % 2 === 0)
  }
}

class HeaderFields implements TextFields {
  readonly #request: AppRequest
  readonly #names: Names

  constructor(request: AppRequest, names: Names) {
    this.#request = request
    this.#names = names
  }

  one(name: string): string | undefined {
    return this.#request.header(headerName(name))
  }

  all(name: string): readonly string[] | undefined {
    const wanted = headerName(name)
    const found = Array.from(this.#request.headers()).filter(([header]) => header === wanted)
    return found.length === 0 ? undefined : found.map(([, value]) => value)
  }

  names(): Iterable<string> {
    return Array.from(this.#request.headers(), ([name]) => this.#names.get(name) ?? name)
  }
}

class CookieFields implements TextFields {
  readonly #cookies: ReadonlyMap<string, string>

  constructor(request: AppRequest) {
    this.#cookies = parseCookies(request.header('cookie'))
  }

  one(name: string): string | undefined {
    return this.#cookies.get(name)
  }

  all(name: string): readonly string[] | undefined {
    const text = this.#cookies.get(name)
    return text === undefined ? undefined : [text]
  }

  names(): Iterable<string> {
    return this.#cookies.keys()
  }
}
