import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import type { JsonSchema, Schema } from '../../schema/index.ts'
import type { Operation } from './operation.ts'

/** One named example: its `value`, or where to find it. @see OpenAPI 3.1, "Example Object" */
export interface ExampleDocs {
  readonly summary?: string
  /** Markdown. */
  readonly description?: string
  readonly value?: unknown
  /** URL of an example that does not fit into JSON. */
  readonly externalValue?: string
}

/** One form a body may have. @see OpenAPI 3.1, "Media Type Object" */
export interface MediaTypeDocs {
  /** A schema of ours, or JSON Schema as it is. */
  readonly schema?: Schema<unknown> | JsonSchema
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, ExampleDocs>>
}

/** A header of a response. @see OpenAPI 3.1, "Header Object" */
export interface HeaderDocs {
  readonly description?: string
  readonly required?: boolean
  readonly deprecated?: boolean
  readonly schema?: Schema<unknown> | JsonSchema
  readonly example?: unknown
}

/** What is said about one status beside its `out`. @see OpenAPI 3.1, "Response Object" */
export interface ResponseDocs {
  /** Default: that of the schema in `out`, else what the status means. */
  readonly description?: string
  /** The JSON body, where `out` has none because no handler returns it: an error of a proxy. */
  readonly schema?: Schema<unknown>
  /** Other forms of the body by media type: `{ 'image/png': {} }`. */
  readonly content?: Readonly<Record<string, MediaTypeDocs>>
  readonly headers?: Readonly<Record<string, HeaderDocs>>
  /** Link Objects, as OpenAPI writes them. */
  readonly links?: Readonly<Record<string, object>>
}

/** What is said about the body of a request beside its schema. */
export interface RequestBodyDocs {
  readonly description?: string
  /** Of the declared body. */
  readonly examples?: Readonly<Record<string, ExampleDocs>>
  /** Other forms by media type; those of a `rawBody()`, which is otherwise any bytes. */
  readonly content?: Readonly<Record<string, MediaTypeDocs>>
  /** Default: whether the declared schema needs one. */
  readonly required?: boolean
}

/** What is said about a parameter beside its schema. @see OpenAPI 3.1, "Parameter Object" */
export interface ParameterDocs {
  readonly description?: string
  readonly deprecated?: boolean
  /** How arrays are written; default `form` in queries and cookies, `simple` elsewhere. */
  readonly style?: 'form' | 'simple' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject'
  readonly explode?: boolean
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, ExampleDocs>>
  /** Leaves the parameter out of the document when false. */
  readonly documented?: boolean
}

/** Where to read more. */
export interface ExternalDocs {
  readonly url: string
  readonly description?: string
}

/** Requests that the API sends to the client that called it, by the expression of their URL. */
export type CallbackDocs = Readonly<Record<string, Operation>>

/** What a route says to the OpenAPI document beyond its inputs and outputs. */
export interface RouteDocs {
  /** Default: the name of the route in its router, or of its function, in words. */
  readonly summary?: string
  /** Markdown. */
  readonly description?: string
  readonly tags?: readonly string[]
  /** Default: made from name, path and method, as FastAPI does. */
  readonly operationId?: string
  readonly deprecated?: boolean
  /** Leaves the route out of OpenAPI and the docs pages when false. */
  readonly documented?: boolean
  readonly externalDocs?: ExternalDocs
  /** Of the plain result; default `Successful Response`. */
  readonly responseDescription?: string
  /**
   * Of the plain result; default `application/json`. Under another one texts, bytes and streams are
   * sent as they are: `text/html`, `image/png`.
   */
  readonly mediaType?: string
  /** By status, `4XX` or `default`: what else is to be said, and statuses that no `out` declares. */
  readonly responses?: Readonly<Record<string | number, ResponseDocs>>
  readonly requestBody?: RequestBodyDocs
  /** By the name on the wire, those of dependencies included. */
  readonly parameters?: Readonly<Record<string, ParameterDocs>>
  /** By name: `{ paid: { '{$request.query.callback}': operation('POST', ...) } }`. */
  readonly callbacks?: Readonly<Record<string, CallbackDocs>>
  /** Merged into the Operation Object at last: objects deeply, arrays appended. */
  readonly openapiExtra?: object
}

/** For {@link rejectUnknownOptions} of routes. */
export const ROUTE_DOCS_OPTIONS: readonly string[] = [
  'summary',
  'description',
  'tags',
  'operationId',
  'deprecated',
  'documented',
  'externalDocs',
  'responseDescription',
  'mediaType',
  'responses',
  'requestBody',
  'parameters',
  'callbacks',
  'openapiExtra',
]

const MEDIA_TYPE = ['schema', 'example', 'examples']
const STATUS = /^(?:[1-5]\d\d|[1-5]XX|default)$/

/** @throws {OptionError} on what no document could say */
export function checkRouteDocs(where: string, docs: RouteDocs): void {
  for (const [status, each] of Object.entries(docs.responses ?? {})) {
    if (!STATUS.test(status)) {
      throw new OptionError(`${where} responses`, status, "a status, '4XX' or 'default'")
    }
    const at = `${where} responses.${status}`
    rejectUnknownOptions(at, each, ['description', 'schema', 'content', 'headers', 'links'])
    checkContent(at, each.content)
    for (const [name, value] of Object.entries(each.headers ?? {})) {
      const known = ['description', 'required', 'deprecated', 'schema', 'example']
      rejectUnknownOptions(`${at}.headers.${name}`, value, known)
    }
  }
  const { requestBody, mediaType } = docs
  rejectUnknownOptions(`${where} requestBody`, requestBody, [
    'description',
    'examples',
    'content',
    'required',
  ])
  checkContent(`${where} requestBody`, requestBody?.content)
  for (const [name, each] of Object.entries(docs.parameters ?? {})) {
    const known = ['description', 'deprecated', 'style', 'explode', ...MEDIA_TYPE, 'documented']
    rejectUnknownOptions(`${where} parameters.${name}`, each, without(known, 'schema'))
  }
  if (mediaType !== undefined && !/^[\w.+-]+\/[\w.+-]+/.test(mediaType)) {
    throw new OptionError(`${where} mediaType`, mediaType, "a media type such as 'text/html'")
  }
  checkExternalDocs(`${where} externalDocs`, docs.externalDocs)
}

/** @throws {OptionError} on unknown options, or without a URL */
export function checkExternalDocs(where: string, docs: ExternalDocs | undefined): void {
  if (docs === undefined) return
  rejectUnknownOptions(where, docs, ['url', 'description'])
  if (typeof docs.url !== 'string') throw new OptionError(`${where}.url`, docs.url, 'a URL')
}

function checkContent(where: string, content: ResponseDocs['content']): void {
  for (const [type, each] of Object.entries(content ?? {})) {
    rejectUnknownOptions(`${where}.content.${type}`, each, MEDIA_TYPE)
  }
}

function without(names: readonly string[], name: string): string[] {
  return names.filter((each) => each !== name)
}
