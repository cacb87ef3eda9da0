import { parseCookies } from '../../http/index.ts'
import { INVALID, type TextFields } from '../../schema/index.ts'
import type { AppRequest } from '../request.ts'
import { headersOfModel } from './header-names.ts'
import type { Input } from './input.ts'
import { allOf, lastOf, type QueryPairs } from './query-string.ts'
import type { Reader } from './readers.ts'

/**
 * Reads an object whose keys are parameters of their own: a model of the query, of headers or of
 * cookies. Where an alias names one parameter, that parameter is the object's place, and it is none.
 *
 * @returns undefined for inputs that are no models
 */
export function modelReader(input: Input<unknown>): Reader | undefined {
  const { source, schema, alias } = input
  const check = schema?.definition.checkTextFields
  const makeFields = FIELDS[source]
  if (check === undefined || makeFields === undefined || alias !== undefined) return undefined
  const toFields = makeFields(input)
  return (sources, issues) => {
    const from = issues.items.length
    const value = check(toFields(sources), issues)
    if (value === INVALID) issues.prefix(from, source)
    return value
  }
}

type ToFields = (sources: Parameters<Reader>[0]) => TextFields

const FIELDS: Readonly<Record<string, (input: Input<unknown>) => ToFields>> = {
  query: () => (sources) => new QueryFields(sources.query),
  header: (input) => {
    const headers = headersOfModel(input)
    const names = new Map(Array.from(headers, ([name, found]) => [found, name]))
    return ({ request }) => new HeaderFields(request, headers, names)
  },
  cookie:
    () =>
    ({ request }) =>
      new CookieFields(request),
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
  readonly #headers: ReadonlyMap<string, string>
  readonly #names: ReadonlyMap<string, string>

  /**
   * @param headers - by the names of the model
   * @param names - of the model by header
   */
  constructor(
    request: AppRequest,
    headers: ReadonlyMap<string, string>,
    names: ReadonlyMap<string, string>,
  ) {
    this.#request = request
    this.#headers = headers
    this.#names = names
  }

  one(name: string): string | undefined {
    return this.#request.header(this.#headers.get(name) ?? name)
  }

  all(name: string): readonly string[] | undefined {
    const wanted = this.#headers.get(name) ?? name
    const found = Array.from(this.#request.headers()).filter(([header]) => header === wanted)
    return found.length === 0 ? undefined : found.map(([, value]) => value)
  }

  names(): Iterable<string> {
    return Array.from(this.#request.headers(), ([header]) => this.#names.get(header) ?? header)
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
