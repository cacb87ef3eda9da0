import { Buffer, isUtf8 } from 'node:buffer'
import { HttpError } from '../../http/index.ts'
import {
  assertStrictJson,
  INVALID,
  type Issues,
  JsonParseError,
  parseJson,
  type Schema,
  type StrictJsonOptions,
} from '../../schema/index.ts'
import type { AppRequest } from '../request.ts'
import type { BodyDetails } from './body-options.ts'

/** Larger bodies are not echoed in failures: each missing key would repeat its whole object. */
const MAX_ECHOED_BYTES = 16_384

type ReadDetails = Omit<BodyDetails, 'embed'>

interface BodyChecker {
  check(input: unknown, issues: Issues): unknown
}

/** Deeper values are not echoed: to write them could take more stack than there is. */
const MAX_ECHOED_DEPTH = 200

const JSON_TYPE = /^\s*application\/(?:[^\s;/]+\+)?json\s*(?:;|$)/i

/**
 * Reads the body as the schema says.
 *
 * An absent body counts as an absent value. A body of another or no content type is refused, not
 * guessed at: a form of another site can send any text without one, but never `application/json`.
 *
 * @throws {HttpError} 415
 */
export function readJsonBody(
  request: AppRequest,
  bytes: Uint8Array,
  schema: Schema<unknown>,
  issues: Issues,
  details?: ReadDetails,
): unknown {
  if (bytes.length > 0) return readJson(request, bytes, schema.tier, issues, details)
  if (schema.hasDefault) return schema.makeDefault()
  if (schema.isOptional) return undefined
  const from = issues.items.length
  issues.add('missing', 'Field required', null)
  issues.prefix(from, 'body')
  return INVALID
}

/**
 * Reads the body as JSON and checks it; an absent one is checked as `undefined`.
 *
 * @throws {HttpError} 415
 */
export function readJson(
  request: AppRequest,
  bytes: Uint8Array,
  checker: BodyChecker,
  issues: Issues,
  details?: ReadDetails,
): unknown {
  const from = issues.items.length
  let value: unknown
  if (bytes.length === 0) {
    value = checker.check(undefined, issues)
  } else {
    assertJsonType(request.header('content-type'), details?.requireContentType)
    value = parseAndCheck(bytes, checker, issues, details?.strict)
  }
  if (value !== INVALID) return value
  issues.prefix(from, 'body')
  if (bytes.length > MAX_ECHOED_BYTES) issues.dropContainers(from)
  else if (bytes.length > MAX_ECHOED_DEPTH) dropDeep(issues, from)
  return INVALID
}

function assertJsonType(contentType: string | undefined, isRequired = true): void {
  if (contentType === 'application/json') return
  if (contentType === undefined && !isRequired) return
  if (contentType !== undefined && JSON_TYPE.test(contentType)) return
  const found = contentType === undefined ? 'none' : JSON.stringify(contentType)
  throw new HttpError(415, `Expected content-type application/json, got ${found}`)
}

function parseAndCheck(
  bytes: Uint8Array,
  checker: BodyChecker,
  issues: Issues,
  strict: StrictJsonOptions | undefined,
): unknown {
  const text = textOf(bytes)
  // Decoding puts U+FFFD for each broken byte, but a sender may also mean that character.
  if (text.includes('\ufffd') && !isUtf8(bytes)) {
    return refuse(issues, text.indexOf('\ufffd'), 'Invalid UTF-8')
  }
  let value: unknown
  try {
    value = parseJson(text)
    if (strict !== undefined) assertStrictJson(text, strict)
  } catch (error) {
    if (!(error instanceof JsonParseError)) throw error
    return refuse(issues, error.position, error.reason)
  }
  return checker.check(value, issues)
}

/** A small body is a `Buffer` already; another view on it would cost as much as its text. */
function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // With any argument the decoder is looked up by its name.
  return buffer.toString()
}

function refuse(issues: Issues, position: number, error: string): typeof INVALID {
  const from = issues.items.length
  issues.add('json_invalid', 'JSON decode error', {}, { error })
  issues.prefix(from, position)
  return INVALID
}

/** The body of an invalid request, for whoever answers it: a value, or the text that is no JSON. */
export function readBodyAgain(request: AppRequest): unknown {
  const bytes = request.bytes()
  if (!bytes.isReady) {
    bytes.ignore()
    return undefined
  }
  const text = textOf(bytes.get())
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function dropDeep(issues: Issues, from: number): void {
  const isDeep = issues.items.slice(from).some(({ input }) => depthOf(input) > MAX_ECHOED_DEPTH)
  if (isDeep) issues.dropContainers(from)
}

/** Level by level, without a call for each. */
function depthOf(value: unknown): number {
  let level: unknown[] = [value]
  let depth = 0
  for (; depth <= MAX_ECHOED_DEPTH; depth++) {
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? Object.values(item) : [],
    )
    if (level.length === 0) break
  }
  return depth
}
