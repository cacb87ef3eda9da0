import { OptionError } from '../core/errors.ts'
import { rejectUnknownOptions } from '../core/options.ts'
import type { CompressionOptions, ConditionalOptions, DecompressionOptions } from '../http/index.ts'
import { type Middleware, requestIdOf } from '../middleware/index.ts'
import {
  OPENAPI_OPTIONS,
  type OpenApiOptions,
  type OpenApiSettings,
  openApiSettings,
} from './openapi/options.ts'
import type { AppRequest } from './request.ts'

/** What is said about the API, and where the docs are. */
export interface AppOptions extends OpenApiOptions {
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
export interface AppSettings extends OpenApiSettings {
  readonly logError: (error: unknown, request: AppRequest) => void
}

const KNOWN = [...OPENAPI_OPTIONS, 'compression', 'conditional', 'decompression', 'use', 'logError']

/** @throws {OptionError} on unknown or impossible options */
export function appSettings(options: AppOptions = {}): AppSettings {
  rejectUnknownOptions('new App()', options, KNOWN)
  const { logError } = options
  if (logError !== undefined && typeof logError !== 'function') {
    throw new OptionError('new App().logError', logError, 'a function')
  }
  return { ...openApiSettings(options), logError: logError ?? logToStandardError }
}

function logToStandardError(error: unknown, request: AppRequest): void {
  const id = requestIdOf(request)
  const name = id === undefined ? '' : ` (request ${id})`
  console.error(`${request.method} ${request.path} failed${name}:`, error)
}
