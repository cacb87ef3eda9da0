import { registerErrorClasses } from './error-classes.ts'

/**
 * The base of every error this package throws: a stable `code` to match on, and the cause.
 *
 * Match `error.code`, not the message: messages may improve, codes stay.
 */
export abstract class FasterApiError extends Error {
  /** Stable identifier of the form `FOLDER_CAUSE`; listed in `docs/reference/errors.md`. */
  abstract readonly code: string

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    Object.defineProperty(this, 'name', { value: new.target.name, configurable: true })
  }
}

/**
 * Base of errors that are part of the normal flow under load (timeout, abort, closed, limit).
 *
 * They capture no stack: `new Error` with a stack costs microseconds, and a storm of
 * refused requests must stay cheaper than serving them.
 */
export abstract class FlowError extends FasterApiError {
  constructor(message: string, options?: ErrorOptions) {
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(message, options)
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** The work did not finish before its deadline. */
export class TimeoutError extends FlowError {
  readonly code = 'CORE_TIMEOUT'
  /** How long was waited, in milliseconds. */
  readonly timeoutMs: number

  constructor(timeoutMs: number, what = 'The operation') {
    super(`${what} did not finish within ${timeoutMs} ms`)
    this.timeoutMs = timeoutMs
  }
}

/** The work was given up because an `AbortSignal` fired; `cause` is the signal's reason. */
export class AbortedError extends FlowError {
  readonly code = 'CORE_ABORTED'

  constructor(reason?: unknown, what = 'The operation') {
    super(`${what} was aborted`, reason === undefined ? undefined : { cause: reason })
  }
}

/** The resource was closed before or while it was used. */
export class ClosedError extends FlowError {
  readonly code = 'CORE_CLOSED'

  constructor(what: string) {
    super(`${what} is closed`)
  }
}

/** A bounded queue, pool or buffer is full. */
export class LimitError extends FlowError {
  readonly code = 'CORE_LIMIT'
  readonly limit: number

  constructor(what: string, limit: number) {
    super(`${what} reached its limit of ${limit}`)
    this.limit = limit
  }
}

/** An option, argument or setting is not what was expected; the message names both. */
export class OptionError extends FasterApiError {
  readonly code = 'CORE_OPTION'
  /** Dotted name of the option, as the caller wrote it. */
  readonly option: string

  constructor(option: string, value: unknown, expected: string) {
    super(`${option} must be ${expected}, got ${describe(value)}`)
    this.option = option
  }
}

/** A short, safe rendering of any value for an error message. */
export function describe(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `an array of ${value.length}`
  return `an object (${value.constructor?.name ?? 'no prototype'})`
}

registerErrorClasses(TimeoutError, AbortedError, ClosedError, LimitError, OptionError)
