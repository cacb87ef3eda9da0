/** An error as plain data that `postMessage` and `structuredClone` take; made by {@link serializeError}. */
export interface ErrorData {
  /** Tells an error from other values that were thrown, or are a cause. */
  readonly isError: true
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** `cause`, `code` and the other fields of its class; errors among them are data, too. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** A longer chain of causes is cut, and so is one that runs in a ring. */
const MAX_DEPTH = 10

/** Fields that an error keeps where `Object.keys` does not see them. */
const HIDDEN = ['cause', 'errors']

/**
 * Turns what was thrown into data that can be sent to another thread.
 *
 * `structuredClone` of an error keeps message, stack and cause, but loses the `code` and the other
 * fields of its class, and throws if the cause cannot be cloned. This keeps them and never throws:
 * what cannot be cloned becomes text.
 *
 * @param reason - usually an error; anything can be thrown
 * @returns for an error, {@link ErrorData}; for other values themselves, or their text
 * @see {@link deserializeError}
 */
export function serializeError(reason: unknown): unknown {
  try {
    return toData(reason, MAX_DEPTH)
  } catch {
    // A getter of the error has thrown.
    return textOf(reason)
  }
}

/**
 * Makes an error of what {@link serializeError} made of one, maybe in another thread.
 *
 * It has name, message, stack, cause and fields of the original, but is not an instance of its
 * class: match `code`.
 *
 * @returns other values than errors as they are
 */
export function deserializeError(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(deserializeError)
  if (!isErrorData(data)) return data
  const error = new Error(data.message)
  const define = (key: string, value: unknown, enumerable: boolean) =>
    Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true })
  define('name', data.name, false)
  define('stack', data.stack, false)
  for (const [key, value] of Object.entries(data.fields)) {
    define(key, deserializeError(value), !HIDDEN.includes(key))
  }
  return error
}

function isErrorData(value: unknown): value is ErrorData {
  if (typeof value !== 'object' || value === null) return false
  const { isError, message, fields } = value as Partial<ErrorData>
  return isError === true && typeof message === 'string' && typeof fields === 'object'
}

function toData(value: unknown, depth: number): unknown {
  if (depth === 0) return textOf(value)
  if (Array.isArray(value)) return value.map((item) => toData(item, depth - 1))
  if (!(value instanceof Error)) return isCloneable(value) ? value : textOf(value)
  const keys = [...Object.keys(value), ...HIDDEN.filter((key) => Object.hasOwn(value, key))]
  const own = value as unknown as Record<string, unknown>
  const data: ErrorData = {
    isError: true,
    name: textOf(value.name),
    message: textOf(value.message),
    stack: typeof value.stack === 'string' ? value.stack : undefined,
    fields: Object.fromEntries(keys.map((key) => [key, toData(own[key], depth - 1)])),
  }
  return data
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}

/** Even a `toString` may throw. */
function textOf(value: unknown): string {
  try {
    return String(value)
  } catch {
    return 'a value that has no text'
  }
}
