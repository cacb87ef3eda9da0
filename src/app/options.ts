import { OptionError } from '../core/errors.ts'
import { rejectUnknownOptions } from '../core/options.ts'
import type { CompressionOptions, ConditionalOptions, DecompressionOptions } from '../http/index.ts'
import { type Middleware, requestIdOf } from '../middleware/index.ts'
import { checkInputMap } from './dependencies/dependency.ts'
import { checkErrorFormat, type ErrorFormat } from './failures/error-format.ts'
import type { InputMap } from './inputs/input.ts'
import type { BackgroundOptions } from './lifecycle/background-work.ts'
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
  /**
   * What a proxy in front takes away from the front of paths, such as `/api/v1`: for the docs page,
   * redirects and the `servers` of the OpenAPI document. Default: nothing.
   */
  readonly rootPath?: string
  /** Whether the root path is the first of `servers`; default true. */
  readonly rootPathInServers?: boolean
  /**
   * Answers a path that is not there with 307 to the one with (or without) a slash at its end, if that
   * is there; default true, as in FastAPI.
   */
  readonly redirectSlashes?: boolean
  /** Needed by every route of the app, but not by those of mounted apps: see `in` of `router()`. */
  readonly in?: InputMap
  /** Limits of work that no response waits for. */
  readonly background?: BackgroundOptions
  /** Around everything the app answers, the first one outermost; see {@link App.use}. */
  readonly use?: readonly Middleware[]
  /**
   * How errors are written that no handler is for: `fastapi` (the default), which is `{ "detail": ... }`,
   * or `problem` for problem details. Routers and routes may say otherwise.
   *
   * @see RFC 9457
   */
  readonly errors?: ErrorFormat
  /**
   * Shows failures that nobody has foreseen, with their stack and the source around: as a page to
   * browsers, in JSON to others. Default: only if `NODE_ENV` is `development`. Never for the public.
   */
  readonly debug?: boolean
  /** Told of each failure that nobody has foreseen, once; default: one entry on standard error. */
  readonly logError?: (error: unknown, request: AppRequest) => void
}

/** Every option with its value. */
export interface AppSettings extends OpenApiSettings {
  readonly rootPath: string
  readonly rootPathInServers: boolean
  readonly redirectSlashes: boolean
  readonly guard: InputMap | undefined
  readonly errors: ErrorFormat
  readonly debug: boolean
  readonly logError: (error: unknown, request: AppRequest) => void
}

const KNOWN = [
  ...OPENAPI_OPTIONS,
  'compression',
  'conditional',
  'decompression',
  'rootPath',
  'rootPathInServers',
  'redirectSlashes',
  'in',
  'background',
  'use',
  'errors',
  'debug',
  'logError',
]

/** @throws {OptionError} on unknown or impossible options */
export function appSettings(options: AppOptions = {}): AppSettings {
  rejectUnknownOptions('new App()', options, KNOWN)
  const { logError } = options
  if (logError !== undefined && typeof logError !== 'function') {
    throw new OptionError('new App().logError', logError, 'a function')
  }
  checkInputMap('new App().in', options.in)
  checkErrorFormat('new App()', options.errors)
  return {
    ...openApiSettings(options),
    rootPath: rootPathOption(options.rootPath),
    rootPathInServers: flag('rootPathInServers', options.rootPathInServers),
    redirectSlashes: flag('redirectSlashes', options.redirectSlashes),
    guard: options.in,
    errors: options.errors ?? 'fastapi',
    debug: flag('debug', options.debug, process.env['NODE_ENV'] === 'development'),
    logError: logError ?? logToStandardError,
  }
}

function rootPathOption(value: string | undefined): string {
  if (value === undefined || value === '' || value === '/') return ''
  if (typeof value === 'string' && /^(\/[^/{}?#\s\\]+)+\/?$/.test(value))
    return value.replace(/\/$/, '')
  throw new OptionError('new App().rootPath', value, "a path such as '/api/v1'")
}

function flag(name: string, value: boolean | undefined, fallback = true): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? fallback
  throw new OptionError(`new App().${name}`, value, 'true or false')
}

function logToStandardError(error: unknown, request: AppRequest): void {
  const id = requestIdOf(request)
  const name = id === undefined ? '' : ` (request ${id})`
  console.error(`${request.method} ${request.path} failed${name}:`, error)
}
