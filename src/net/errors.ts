import { registerErrorClasses } from '../core/error-classes.ts'
import { FasterApiError } from '../core/errors.ts'

/** A connection could not be made; `cause` is the system's or TLS's error. */
export class ConnectError extends FasterApiError {
  readonly code = 'NET_CONNECT'
  /** `host:port`, or the path of a Unix socket. */
  readonly address: string

  constructor(address: string, cause: unknown) {
    super(`Cannot connect to ${address}: ${reasonOf(cause)}`, { cause })
    this.address = address
  }
}

/** A listener could not be opened; `cause` is the system's error. */
export class ListenError extends FasterApiError {
  readonly code = 'NET_LISTEN'
  /** `host:port`, or the path of a Unix socket. */
  readonly address: string

  constructor(address: string, cause: unknown) {
    super(`Cannot listen on ${address}: ${reasonOf(cause)}`, { cause })
    this.address = address
  }
}

/** A certificate, key or authority cannot be used; the message names the file or option. */
export class TlsConfigError extends FasterApiError {
  readonly code = 'NET_TLS'

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the address is in use by another program',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'permission denied (ports below 1024 need privileges)',
  ECONNREFUSED: 'connection refused (nothing listens there)',
  ENOENT: 'no such file or directory',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the name server does not answer',
}

/** The cause in words, for a message that ends with it. */
export function reasonOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null | undefined)?.code
  const known = typeof code === 'string' ? REASONS[code] : undefined
  if (known !== undefined) return `${known} (${String(code)})`
  // The attempts on several addresses of one name come as an AggregateError without a message.
  const first = (cause as { errors?: readonly unknown[] } | null | undefined)?.errors?.[0]
  if (first !== undefined) return reasonOf(first)
  return cause instanceof Error ? cause.message : String(cause)
}

/** What an error says of itself, for a message that ends with it. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

registerErrorClasses(ConnectError, ListenError, TlsConfigError)
