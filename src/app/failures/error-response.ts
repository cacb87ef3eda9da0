import { rejectUnknownOptions } from '../../core/options.ts'
import { HttpError, HttpResponse } from '../../http/index.ts'
import type { ValidationIssue } from '../../schema/index.ts'
import { RequestValidationError } from '../errors.ts'
import type { AppRequest } from '../request.ts'
import { internalProblem, toProblem } from './error-bodies.ts'
import { checkErrorFormat, type ErrorFormat } from './error-format.ts'
import { abortCause } from './intended.ts'

export const JSON_TYPE = 'application/json'
export const PROBLEM_TYPE = 'application/problem+json'

const INTERNAL_ERROR = '{"detail":"Internal Server Error"}'

export interface ErrorResponseOptions {
  /** Default `fastapi`. */
  readonly errors?: ErrorFormat
}

/**
 * What is answered to a failure that no handler is for, for handlers that only add to it:
 * `app.onError(HttpError, (error, request) => errorResponse(error, request).withHeaders({ ... }))`.
 *
 * An `HttpError` is answered with its status, an invalid request with 422, and anything else with 500
 * and not a word about the reason. Nothing is logged. A handler that changes nothing throws the error
 * again instead.
 *
 * @throws {OptionError} on an unknown or impossible option
 */
export function errorResponse(
  failure: unknown,
  request?: Pick<AppRequest, 'path'>,
  options: ErrorResponseOptions = {},
): HttpResponse {
  rejectUnknownOptions('errorResponse()', options, ['errors'])
  checkErrorFormat('errorResponse()', options.errors)
  return respondInFormat(failure, request?.path, options.errors ?? 'fastapi')
}

export function respondInFormat(
  thrown: unknown,
  path: string | undefined,
  format: ErrorFormat,
): HttpResponse {
  const failure = abortCause(thrown)
  const isProblem = format === 'problem'
  const type = isProblem ? PROBLEM_TYPE : JSON_TYPE
  if (failure instanceof RequestValidationError) {
    const json = isProblem ? JSON.stringify(toProblem(failure, path)) : issuesToJson(failure.issues)
    return new HttpResponse(422, json, type)
  }
  if (failure instanceof HttpError) {
    const { status, detail, headers } = failure
    const list = headers === undefined ? undefined : Object.entries(headers)
    const body = isProblem ? toProblem(failure, path) : { detail }
    return new HttpResponse(status, JSON.stringify(body), type, list)
  }
  return new HttpResponse(500, internalErrorBody(path, format), type)
}

/** What clients may know of a failure that nobody has foreseen. */
export function internalErrorBody(path: string | undefined, format: ErrorFormat): string {
  return format === 'problem' ? JSON.stringify(internalProblem(path)) : INTERNAL_ERROR
}

/** `JSON.stringify` is recursive, and a small body can be nested too deep for it: then without echo. */
function issuesToJson(issues: readonly ValidationIssue[]): string {
  try {
    return JSON.stringify({ detail: issues })
  } catch {
    const detail = issues.map((issue) =>
      typeof issue.input === 'object' ? { ...issue, input: null } : issue,
    )
    return JSON.stringify({ detail })
  }
}
