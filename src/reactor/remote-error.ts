/** An error as it crosses threads and processes: as plain data, whatever its class was. */
export interface ErrorData {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly stack?: string
  readonly cause?: ErrorData
}

/** How many causes of causes are kept. */
const MAX_DEPTH = 8

/** @returns data that {@link reviveError} makes an error of, on the other side */
export function errorData(reason: unknown, depth = 0): ErrorData {
  if (!(reason instanceof Error)) return { name: 'Error', message: String(reason) }
  const { name, message, stack, cause } = reason
  const code = (reason as { readonly code?: unknown }).code
  return {
    name,
    message,
    ...(typeof code === 'string' ? { code } : undefined),
    ...(stack === undefined ? undefined : { stack }),
    ...(cause === undefined || depth === MAX_DEPTH
      ? undefined
      : { cause: errorData(cause, depth + 1) }),
  }
}

/** @returns an `Error` with the name, code, message, stack and cause of the original */
export function reviveError({ name, message, code, stack, cause }: ErrorData): Error {
  const error = new Error(message, cause === undefined ? undefined : { cause: reviveError(cause) })
  Object.defineProperty(error, 'name', { value: name, configurable: true })
  if (code !== undefined) Object.defineProperty(error, 'code', { value: code, enumerable: true })
  if (stack !== undefined) Object.defineProperty(error, 'stack', { value: stack })
  return error
}
