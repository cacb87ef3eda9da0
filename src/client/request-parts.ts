import type { ManifestRoute } from '../app/index.ts'
import { ClientCallError } from './errors.ts'
import { FormFields } from './form-fields.ts'
import type { ExtraInputs, HeaderValues } from './options.ts'

/** What `fetch` takes as a body. */
type SentBody = NonNullable<RequestInit['body']>

/** A request as `fetch` sends it. */
export interface RequestParts {
  readonly method: string
  /** Path and query, to continue the client's URL. */
  readonly target: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: SentBody | undefined
}

export type CallArguments = Readonly<Record<string, unknown>>

/**
 * Puts each argument where the route wants it.
 *
 * @throws {ClientCallError} `CLIENT_ARGUMENT` for one that the route does not have, that is missing
 * from the path, or that cannot be written
 */
export function requestParts(
  route: ManifestRoute,
  given: CallArguments,
  extra: ExtraInputs & { readonly headers?: HeaderValues } = {},
): RequestParts {
  const writer = new RequestWriter(route)
  const places = new Map(route.inputs.map((input) => [input[0], input]))
  for (const [name, value] of Object.entries(given)) {
    const input = places.get(name)
    if (input === undefined) throw writer.refuse(name, 'is no argument of this route')
    if (value !== undefined) writer.put(name, input[1], input[2] ?? name, value)
  }
  for (const [name, value] of Object.entries(extra.path ?? {}))
    writer.put(name, 'path', name, value)
  for (const [name, value] of Object.entries(extra.query ?? {})) {
    writer.put(name, 'query', name, value)
  }
  return writer.finish(extra.headers ?? {})
}

class RequestWriter {
  readonly #route: ManifestRoute
  readonly #path: Map<string, string> = new Map()
  readonly #query: URLSearchParams = new URLSearchParams()
  readonly #headers: [string, string][] = []
  readonly #cookies: string[] = []
  readonly #form: FormFields = new FormFields()
  #body: SentBody | undefined
  #bodyKeys: Readonly<Record<string, unknown>> | undefined

  constructor(route: ManifestRoute) {
    this.#route = route
  }

  refuse(name: string, why: string): ClientCallError {
    const { method, path } = this.#route
    return new ClientCallError('CLIENT_ARGUMENT', `${method} ${path}: '${name}' ${why}`)
  }

  put(name: string, place: ManifestRoute['inputs'][number][1], wire: string, value: unknown): void {
    switch (place) {
      case 'path':
        this.#path.set(wire, this.#segment(name, textOf(value)))
        return
      case 'rest':
        this.#path.set(wire, this.#segments(name, textOf(value)))
        return
      case 'query':
        for (const [key, text] of texts(wire, value)) this.#query.append(key, text)
        return
      case 'header':
        for (const [key, text] of texts(wire, value)) this.#headers.push([key, text])
        return
      case 'cookie':
        for (const [key, text] of texts(wire, value)) this.#cookies.push(`${key}=${text}`)
        return
      case 'body':
        this.#body = this.#json(value)
        return
      case 'bodyKey':
        this.#bodyKeys = { ...this.#bodyKeys, [wire]: value }
        return
      case 'rawBody':
        this.#body = value as SentBody
        return
      case 'form':
        for (const [key, text] of texts(wire, value)) this.#form.add(key, text)
        return
      case 'file':
        this.#form.addFile(wire, value)
        return
      case 'files':
        for (const file of value as Iterable<unknown>) this.#form.addFile(wire, file)
    }
  }

  finish(headers: HeaderValues): RequestParts {
    const { method, path } = this.#route
    const filled = path.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
      const text = this.#path.get(name)
      if (text === undefined) throw this.refuse(name, 'is missing: it is part of the path')
      return text
    })
    const search = this.#query.size === 0 ? '' : `?${this.#query.toString()}`
    if (this.#bodyKeys !== undefined) this.#body = this.#json(this.#bodyKeys)
    const body = this.#body ?? this.#form.body()
    const own = new Set(this.#headers.map(([name]) => name))
    for (const [name, value] of Object.entries(headers)) {
      const key = name.toLowerCase()
      if (value !== undefined && !own.has(key)) this.#headers.push([key, value])
    }
    if (this.#cookies.length > 0) this.#headers.push(['cookie', this.#cookies.join('; ')])
    return { method, target: filled + search, headers: this.#headers, body }
  }

  #json(value: unknown): string {
    this.#headers.push(['content-type', 'application/json'])
    return JSON.stringify(value)
  }

  /** A dot segment would be taken out of the path together with the segment before it. */
  #segment(name: string, text: string): string {
    if (text === '' || text === '.' || text === '..') {
      throw this.refuse(name, `cannot be '${text}' in a path`)
    }
    return encodeURIComponent(text)
  }

  #segments(name: string, text: string): string {
    const parts = text.split('/')
    return parts.map((part) => (part === '' ? '' : this.#segment(name, part))).join('/')
  }
}

/** The names and texts of a value: arrays repeat the name, and an object has names of its own. */
function* texts(name: string, value: unknown): Generator<readonly [string, string]> {
  if (value === undefined || value === null) return
  if (Array.isArray(value) || value instanceof Set) {
    for (const item of value) yield [name, textOf(item)]
  } else if (isFields(value)) {
    for (const [key, item] of Object.entries(value)) yield* texts(key, item)
  } else {
    yield [name, textOf(value)]
  }
}

function isFields(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function textOf(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value)
}
