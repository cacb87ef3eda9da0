import type { Stats } from 'node:fs'
import { basename, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import type { ContentRequest } from '../content/handler.ts'
import { formatHttpDate } from '../content/http-date.ts'
import type { HeaderList } from '../message/headers.ts'
import { HttpResponse } from '../message/response.ts'
import { formatDisposition } from './disposition.ts'
import { NOT_FOUND, toHttpFailure } from './errors.ts'
import {
  type FilePlan,
  planFile,
  planWhole,
  respondFromFile,
  respondWithHead,
  type SentFile,
} from './file-response.ts'
import { contentTypeOf } from './media-types.ts'
import { openAnywhere, openBelow } from './open-file.ts'
import { statTag } from './representation.ts'

/** How one file is sent. */
export interface SendFileOptions {
  /**
   * The folder that the file must be below, links and all: needed where the path comes from a request.
   * Default: any file of the system.
   */
  readonly root?: string
  /** 200, or that of the response; ranges and conditions are for 200. */
  readonly status?: number
  /** Default: by the extension. */
  readonly contentType?: string
  /** What browsers save it as; shown with `disposition: 'inline'` all the same. */
  readonly filename?: string
  /** Default: `attachment` (browsers save it) if there is a `filename`, else nothing is said. */
  readonly disposition?: 'attachment' | 'inline'
  /** `max-age` of `cache-control: private`; default: nothing is said. */
  readonly maxAgeSeconds?: number
  readonly headers?: HeaderList
}

const OPTION_NAMES = [
  'root',
  'status',
  'contentType',
  'filename',
  'disposition',
  'maxAgeSeconds',
  'headers',
] satisfies (keyof SendFileOptions)[]
const RANGES = { ranges: true, maxRanges: 32 }
const MAX_AGE_SECONDS = 31_536_000

/**
 * Answers with one file: in pieces, as fast as the client takes them, with validators and ranges.
 *
 * A path from a request needs a `root`: without one, `../../etc/passwd` is a file as any other.
 *
 * @param request - whose conditions, ranges and method count
 * @param file - relative to `root`, else to the working directory
 * @returns fails with `HttpError` 404 if there is no such file (below the root), 403 if it may not be
 * read, 503 if there are no descriptors left
 * @throws {OptionError} on unknown or impossible options
 */
export function sendFile(
  request: ContentRequest,
  file: string | URL,
  options: SendFileOptions = {},
): Promise<HttpResponse> {
  checkOptions(options)
  const path = typeof file === 'string' ? file : fileURLToPath(file)
  if (typeof path !== 'string') throw new OptionError('sendFile() file', file, 'a path or a URL')
  return send(request, path, options).catch((error: unknown) => {
    throw toHttpFailure(error)
  })
}

async function send(
  request: ContentRequest,
  path: string,
  options: SendFileOptions,
): Promise<HttpResponse> {
  if (path === '' || path.includes('\0')) throw NOT_FOUND
  const { root } = options
  const opened = await (root === undefined
    ? openAnywhere(path)
    : openBelow(resolve(root), path, false))
  if (opened?.kind !== 'file') throw NOT_FOUND
  const { handle, stats } = opened
  const plan = planOf(request, describe(path, stats, options), options.status ?? 200)
  if (plan instanceof HttpResponse || request.method === 'HEAD') {
    await handle.close()
    return plan instanceof HttpResponse ? plan : respondWithHead(plan)
  }
  return respondFromFile(plan, handle)
}

function planOf(request: ContentRequest, file: SentFile, status: number): HttpResponse | FilePlan {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  return isRead && status === 200 ? planFile(request, file, RANGES) : planWhole(file, status)
}

function describe(path: string, stats: Stats, options: SendFileOptions): SentFile {
  const { filename, disposition, maxAgeSeconds, headers = [] } = options
  const etag = `"${statTag(stats)}"`
  // A time in the future would be no validator: RFC 9110, 8.8.2.1.
  const lastModifiedMs = Math.min(stats.mtimeMs, Date.now())
  const list: [string, string][] = [
    ['x-content-type-options', 'nosniff'],
    ['accept-ranges', 'bytes'],
    ['etag', etag],
    ['last-modified', formatHttpDate(lastModifiedMs)],
  ]
  if (maxAgeSeconds !== undefined) list.push(['cache-control', `private, max-age=${maxAgeSeconds}`])
  if (filename !== undefined || disposition !== undefined) {
    list.push(['content-disposition', formatDisposition(disposition ?? 'attachment', filename)])
  }
  for (const [name, value] of headers) list.push([name, value])
  const contentType = options.contentType ?? contentTypeOf(basename(path))
  return { size: stats.size, etag, lastModifiedMs, contentType, headers: list }
}

function checkOptions(options: SendFileOptions): void {
  rejectUnknownOptions('sendFile()', options, OPTION_NAMES)
  const { root, status, contentType, filename, disposition, maxAgeSeconds } = options
  for (const [name, value] of Object.entries({ root, contentType, filename })) {
    if (value === undefined || (typeof value === 'string' && value !== '')) continue
    throw new OptionError(`sendFile().${name}`, value, 'a text that is not empty')
  }
  integerOption('sendFile().status', status, 200, 200, 599)
  integerOption('sendFile().maxAgeSeconds', maxAgeSeconds, 0, 0, MAX_AGE_SECONDS)
  if (disposition !== undefined && disposition !== 'attachment' && disposition !== 'inline') {
    throw new OptionError('sendFile().disposition', disposition, "'attachment' or 'inline'")
  }
}
