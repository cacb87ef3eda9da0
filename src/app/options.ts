import { OptionError } from '../core/errors.ts'
import { rejectUnknownOptions } from '../core/options.ts'
import type { CompressionOptions, ConditionalOptions, DecompressionOptions } from '../http/index.ts'
import { type Middleware, requestIdOf } from '../middleware/index.ts'
import type { AppRequest } from './request.ts'

/** What is said about the API, and where the docs are. */
export interface AppOptions {
  /** Default `FasterAPI`. */
  readonly title?: string
  /** Of the API, not of OpenAPI; default `0.1.0`. */
  readonly version?: string
  readonly summary?: string
  /** Markdown. */
  readonly description?: string
  /** Where the API is served, for clients; default: where the document came from. */
  readonly servers?: readonly { readonly url: string; readonly description?: string }[]
  /** Tags in the order the docs page shows them. */
  readonly tags?: readonly { readonly name: string; readonly description?: string }[]
  /** Path of the OpenAPI document, or false for none (and no docs page); default `/openapi.json`. */
  readonly openapi?: string | false
  /** Path of the docs page, or false for none; default `/docs`. */
  readonly docs?: string | false
  /** Compresses responses; default false. True is the default of every option. */
  readonly compression?: boolean | CompressionOptions
  /** Tags responses, and answers conditional requests with 304 and 412; default false. */
  readonly conditional?: boolean | ConditionalOptions
  /** Decompresses bodies of requests; default false: such a body is not understood. */
  readonly decompression?: boolean | DecompressionOptions
  /** Around everything the app answers, the first one outermost; see {@link App.use}. */
  readonly use?: readonly Middleware[]
  /** Told of each failure that is answered with 500; default: one entry on standard error. */
  readonly logError?: (error: unknown, request: AppRequest) => void
}

/** Every option with its value. */
export interface AppSettings {
  readonly title: string
  readonly version: string
  readonly summary: string | undefined
  readonly description: string | undefined
  readonly servers: AppOptions['servers']
  readonly tags: AppOptions['tags']
  readonly openapi: string | false
  readonly docs: string | false
  readonly logError: (error: unknown, request: AppRequest) => void
}

const TEXTS = ['title', 'version', 'summary', 'description'] as const
const KNOWN = [
  ...TEXTS,
  'servers',
  'tags',
  'openapi',
  'docs',
  'compression',
  'conditional',
  'decompression',
  'use',
  'logError',
]

/** @throws {OptionError} on unknown or impossible options */
export function appSettings(options: AppOptions = {}): AppSettings {
  rejectUnknownOptions('new App()', options, KNOWN)
  for (const name of TEXTS) {
    const value = options[name]
    if (value !== undefined && typeof value !== 'string') {
      throw new OptionError(`new App().${name}`, value, 'a string')
    }
  }
  const { logError } = options
  if (logError !== undefined && typeof logError !== 'function') {
    throw new OptionError('new App().logError', logError, 'a function')
  }
  const openapi = pathOption('openapi', options.openapi, '/openapi.json')
  return {
    title: options.title ?? 'FasterAPI',
    version: options.version ?? '0.1.0',
    summary: options.summary,
    description: options.description,
    servers: options.servers,
    tags: options.tags,
    openapi,
    docs: openapi === false ? false : pathOption('docs', options.docs, '/docs'),
    logError: logError ?? logToStandardError,
  }
}

function pathOption(
  name: string,
  value: string | false | undefined,
  fallback: string,
): string | false {
  if (value === undefined || value === false) return value ?? fallback
  if (typeof value === 'string' && /^(\/[^/{}?#]+)+$/.test(value)) return value
  throw new OptionError(`new App().${name}`, value, 'a path without parameters, or false')
}

function logToStandardError(error: unknown, request: AppRequest): void {
  const id = requestIdOf(request)
  const name = id === undefined ? '' : ` (request ${id})`
  console.error(`${request.method} ${request.path} failed${name}:`, error)
}
