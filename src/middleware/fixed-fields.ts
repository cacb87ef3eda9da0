import { type HeaderList, type HttpResponse, PreparedHeaders } from '../http/index.ts'

/**
 * Headers that are the same for every response: their text is made once.
 *
 * What a response says itself stays: its own header counts, and `Vary` gets what it lacks.
 */
export class FixedFields {
  readonly #fields: PreparedHeaders
  /** The last list that was there, prepared as well, and what came of it. */
  #inner: PreparedHeaders | undefined
  #joined: PreparedHeaders | undefined

  /** @param fields - names in lower case */
  constructor(fields: HeaderList) {
    this.#fields = prepared(fields)
  }

  addTo(response: HttpResponse): HttpResponse {
    const { headers, contentType } = response
    if (this.#fields.length === 0) return response
    if (headers === undefined) return response.withHeaderList(this.#fields, contentType)
    if (!(headers instanceof PreparedHeaders)) {
      return response.withHeaderList(joinFields(headers, this.#fields), contentType)
    }
    if (this.#inner !== headers || this.#joined === undefined) {
      this.#inner = headers
      this.#joined = prepared(joinFields(headers, this.#fields))
    }
    return response.withHeaderList(this.#joined, contentType)
  }
}

/** Adds headers to what is there, which counts if both have one of a name; `Vary` is of both. */
export function joinFields(own: HeaderList, added: HeaderList): HeaderList {
  const names = new Set(own.map(([name]) => name.toLowerCase()))
  const varies = valuesOf(own, 'vary')
  const joined = [...own]
  for (const [name, value] of added) {
    if (name !== 'vary') {
      if (!names.has(name)) joined.push([name, value])
    } else if (!varies.includes('*')) {
      const missing = listed(value).filter((each) => !varies.includes(each.toLowerCase()))
      if (missing.length > 0) joined.push(['vary', missing.join(', ')])
    }
  }
  return joined
}

function prepared(fields: HeaderList): PreparedHeaders {
  return PreparedHeaders.from(fields) as PreparedHeaders
}

function valuesOf(fields: HeaderList, name: string): readonly string[] {
  const values = fields.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value)
  return values.flatMap(listed).map((each) => each.toLowerCase())
}

function listed(value: string): readonly string[] {
  return value.split(',').map((each) => each.trim())
}
