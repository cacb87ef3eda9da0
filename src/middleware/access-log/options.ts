import { OptionError } from '../../core/errors.ts'
import {
  functionOption,
  integerOption,
  numberOption,
  rejectUnknownOptions,
} from '../../core/options.ts'
import type { HttpResponse } from '../../http/index.ts'
import { choiceOption, fieldNamesOption } from '../options.ts'
import type { AppRequest } from '../request.ts'
import type { AccessLogEntry } from './entry.ts'
import { formatJson, formatText } from './format.ts'
import type { LineTarget } from './line-writer.ts'
import { SECRET_PARAMETERS } from './redact.ts'

export interface AccessLogOptions {
  /** A line for each entry: `json` (default), `text` as Apache's, or a function that makes it. */
  readonly format?: 'json' | 'text' | ((entry: AccessLogEntry) => string)
  /**
   * Where lines go, in batches: `stdout` (default), `stderr`, a file descriptor, or a function that is
   * called with one or more whole lines.
   */
  readonly to?: 'stdout' | 'stderr' | LineTarget
  /** Takes each entry instead, to hand it to a logger of one's own. */
  readonly log?: (entry: AccessLogEntry) => void
  /** Paths that are not logged, or a function that says which requests are not. */
  readonly skip?: readonly string[] | ((request: AppRequest, response: HttpResponse) => boolean)
  /** Share of answers below 400 that is logged, from 0 to 1; all others always are. Default 1. */
  readonly sample?: number
  /** Headers of requests to log; default `user-agent` and `referer`. */
  readonly headers?: readonly string[]
  /** Query parameters without their values; default {@link SECRET_PARAMETERS}. */
  readonly redact?: readonly string[]
  /** Whether the time ends with the answer (default; a stream's with its end), or when it is sent. */
  readonly until?: 'answered' | 'sent'
  /** How long a line waits for others, in milliseconds; default 100. */
  readonly maxDelayMs?: number
  /** Lines beyond are dropped and counted while nobody takes them; default 8 MiB. */
  readonly maxBufferedBytes?: number
}

/** @internal */
export interface AccessLogSettings {
  readonly format: (entry: AccessLogEntry) => string
  readonly target: LineTarget
  readonly log: AccessLogOptions['log']
  readonly skips: ((request: AppRequest, response: HttpResponse) => boolean) | undefined
  readonly sample: number
  readonly headers: readonly string[]
  readonly secrets: ReadonlySet<string>
  readonly until: 'answered' | 'sent'
  readonly maxDelayMs: number
  readonly maxBufferedBytes: number
}

const NAMES = [
  'format',
  'to',
  'log',
  'skip',
  'sample',
  'headers',
  'redact',
  'until',
  'maxDelayMs',
  'maxBufferedBytes',
]
/** Whose values are credentials: they are in no log, whatever the options say. */
const NEVER_LOGGED = ['authorization', 'cookie', 'proxy-authorization']

/** @throws {OptionError} on unknown or impossible options */
export function accessLogSettings(options: AccessLogOptions): AccessLogSettings {
  rejectUnknownOptions('accessLog()', options, NAMES)
  const { redact = SECRET_PARAMETERS } = options
  if (!Array.isArray(redact) || !redact.every((name) => typeof name === 'string')) {
    throw new OptionError('accessLog().redact', redact, 'an array of names of query parameters')
  }
  return {
    format: formatOption(options.format),
    target: targetOption(options.to),
    log: functionOption('accessLog().log', options.log),
    skips: skipOption(options.skip),
    sample: numberOption('accessLog().sample', options.sample, 1, 0, 1),
    headers: headersOption(options.headers),
    secrets: new Set(redact.map((name) => name.toLowerCase())),
    until: choiceOption('accessLog().until', options.until, ['answered', 'sent']),
    maxDelayMs: integerOption('accessLog().maxDelayMs', options.maxDelayMs, 100, 1, 60_000),
    maxBufferedBytes: integerOption(
      'accessLog().maxBufferedBytes',
      options.maxBufferedBytes,
      8_388_608,
      1024,
    ),
  }
}

function formatOption(format: AccessLogOptions['format']): AccessLogSettings['format'] {
  if (typeof format === 'function') return format
  return choiceOption('accessLog().format', format, ['json', 'text']) === 'json'
    ? formatJson
    : formatText
}

function targetOption(to: AccessLogOptions['to'] = 'stdout'): LineTarget {
  if (to === 'stdout') return 1
  if (to === 'stderr') return 2
  if (typeof to === 'function' || (Number.isSafeInteger(to) && to >= 0)) return to
  throw new OptionError('accessLog().to', to, "'stdout', 'stderr', a file descriptor or a function")
}

function skipOption(skip: AccessLogOptions['skip']): AccessLogSettings['skips'] {
  if (skip === undefined || typeof skip === 'function') return skip
  const isList = Array.isArray(skip) && skip.every((path) => String(path).startsWith('/'))
  if (!isList) throw new OptionError('accessLog().skip', skip, 'an array of paths, or a function')
  const paths = new Set(skip)
  return (request) => paths.has(request.path)
}

function headersOption(names: readonly string[] = ['user-agent', 'referer']): readonly string[] {
  const list = fieldNamesOption('accessLog().headers', names).map((name) => name.toLowerCase())
  const secret = list.find((name) => NEVER_LOGGED.includes(name))
  if (secret === undefined) return list
  throw new OptionError('accessLog().headers', secret, 'no header that has credentials')
}
