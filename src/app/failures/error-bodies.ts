import { HttpError, reasonPhrase } from '../../http/index.ts'
import type { Location, ValidationIssue } from '../../schema/index.ts'
import { RequestValidationError } from '../errors.ts'

/** JSON of an `HttpError`, as FastAPI writes it. */
export interface HttpErrorBody<Detail = string> {
  readonly detail: Detail
}

/** JSON of an invalid request, as FastAPI writes it. */
export interface ValidationErrorBody {
  readonly detail: readonly ValidationIssue[]
}

/** Problem details: what is wrong, for programs and for people. @see RFC 9457, 3.1 */
export interface ProblemDetails {
  /** URI of the kind of problem; `about:blank` if the status says it all. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  /** URI of this occurrence: the path of the request unless the error says otherwise. */
  readonly instance?: string
  /** Whatever else the kind of problem has to say. */
  readonly [member: string]: unknown
}

/** One thing that is wrong with a request. @see RFC 9457, 3 (the second example) */
export interface InvalidInput {
  readonly detail: string
  /** Stable kind of the failure: `missing`, `int_parsing`. */
  readonly code: string
  /** Where the input is: `body`, `query`, `path`, `header` or `cookie`. */
  readonly in: string
  /** Place within a body. @see RFC 6901, 6 */
  readonly pointer?: string
  /** Name of an input that is not in the body. */
  readonly parameter?: string
}

/** Problem details of an invalid request. */
export interface ValidationProblem extends ProblemDetails {
  readonly status: 422
  readonly errors: readonly InvalidInput[]
}

/**
 * The problem details of a failure that is an answer.
 *
 * Of an `HttpError`, a text is the `detail`, and members of an object are members of the problem: its
 * `type`, `title`, `detail`, `instance` and extensions. Anything else is the member `errors`.
 */
export function toProblem(
  failure: HttpError | RequestValidationError,
  instance: string | undefined,
): ProblemDetails {
  if (failure instanceof RequestValidationError) {
    const { message: detail, issues } = failure
    return { ...head(422, instance), detail, errors: issues.map(toInvalidInput) }
  }
  const { status, detail } = failure
  const members = membersOf(detail, reasonPhrase(status))
  return { ...head(status, instance), ...members, status }
}

/** The problem of a failure nobody has foreseen. */
export function internalProblem(instance: string | undefined): ProblemDetails {
  return head(500, instance)
}

function head(status: number, instance: string | undefined): ProblemDetails {
  const title = reasonPhrase(status) || 'Error'
  const place = instance === undefined ? {} : { instance }
  return { type: 'about:blank', title, status, ...place }
}

function membersOf(detail: unknown, title: string): object {
  if (detail === undefined || detail === null || detail === title) return {}
  if (typeof detail === 'string') return { detail }
  return typeof detail === 'object' && !Array.isArray(detail) ? detail : { errors: detail }
}

function toInvalidInput({ type, loc, msg }: ValidationIssue): InvalidInput {
  const [source = 'body', ...rest] = loc
  const what = { detail: msg, code: type, in: String(source) }
  if (source === 'body') return { ...what, pointer: pointerTo(rest) }
  return { ...what, parameter: rest.join('.') }
}

/** JSON Pointer as a fragment of a URI: `#/items/0/price`. */
function pointerTo(path: Location): string {
  const parts = path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1'))
  return `#${parts.map((part) => `/${encodeURIComponent(part)}`).join('')}`
}
