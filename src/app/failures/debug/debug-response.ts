import { HttpResponse } from '../../../http/index.ts'
import type { AppRequest } from '../../request.ts'
import type { ErrorFormat } from '../error-format.ts'
import { internalErrorBody, JSON_TYPE, PROBLEM_TYPE } from '../error-response.ts'
import { debugPage } from './debug-page.ts'
import { type FailureReport, reportFailure } from './failure-report.ts'

/** Nothing runs on the page, and nothing of it is kept: it shows the inside of a program. */
const PAGE_HEADERS: readonly (readonly [string, string])[] = [
  ['cache-control', 'no-store'],
  ['content-security-policy', "default-src 'none'; style-src 'unsafe-inline'"],
  ['x-content-type-options', 'nosniff'],
]

/** For developers: the failure as a page for browsers, and as JSON for all others. */
export function debugResponse(
  failure: unknown,
  request: AppRequest,
  format: ErrorFormat,
): HttpResponse {
  const reports = reportFailure(failure)
  if (wantsPage(request)) {
    const page = debugPage(reports, request)
    return new HttpResponse(500, page, 'text/html; charset=utf-8', PAGE_HEADERS)
  }
  const body: object = JSON.parse(internalErrorBody(request.path, format))
  const [first, ...causes] = reports.map(toJson)
  const json = JSON.stringify({ ...body, debug: { ...first, causes } })
  const type = format === 'problem' ? PROBLEM_TYPE : JSON_TYPE
  return new HttpResponse(500, json, type, [['cache-control', 'no-store']])
}

/** Programs accept anything; only browsers ask for pages by name. */
function wantsPage(request: AppRequest): boolean {
  const accept = request.header('accept')
  return accept !== undefined && /\btext\/html\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(accept)
}

function toJson({ name, code, message, place, frames }: FailureReport): object {
  const stack = frames.map(({ text }) => text)
  return { name, ...(code === undefined ? {} : { code }), message, at: place, stack }
}
