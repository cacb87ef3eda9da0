import { Buffer } from 'node:buffer'
import { OptionError } from '../core/errors.ts'
import { encodeForm } from './multipart.ts'

/** Bytes that come one after another: a Node stream, a web stream, an async generator. */
export type BodySource = AsyncIterable<Uint8Array | string>

/** What may be sent as it is; a function is called for each attempt, so that it can be sent again. */
export type BodyInput = string | Uint8Array | BodySource | (() => BodySource)

/** What a form may be: text fields, or parts with files. */
export type FormInput =
  | URLSearchParams
  | FormData
  | Readonly<Record<string, string | number | boolean | undefined>>

/** The ways to give a body, of which one can be used. */
export interface BodyOptions {
  /** Sent as JSON; its content type is `application/json` unless the headers say otherwise. */
  readonly json?: unknown
  /** Sent as `application/x-www-form-urlencoded`, a `FormData` as `multipart/form-data`. */
  readonly form?: FormInput
  /** Sent as it is. Without a content type unless the headers say one; a string is sent as UTF-8. */
  readonly body?: BodyInput
}

/** A body that is ready to be sent, once or again. */
export interface RequestBody {
  readonly contentType: string | undefined
  /** In bytes; `undefined` if that is not known before. */
  readonly length: number | undefined
  /** Whether `open` may be called again. */
  readonly isReplayable: boolean
  /** Begins a new pass over the body. */
  open(): Uint8Array | BodySource
}

/** @throws {OptionError} if there are two bodies, or one that cannot be sent */
export function readBody(options: BodyOptions): RequestBody | undefined {
  const { json, form, body } = options
  const given = [json, form, body].filter((one) => one !== undefined)
  if (given.length === 0) return undefined
  if (given.length > 1) throw new OptionError('body', body ?? form, 'one of json, form and body')
  if (json !== undefined) return jsonBody(json)
  return form === undefined ? rawBody(body as BodyInput) : formBody(form)
}

function jsonBody(json: unknown): RequestBody {
  let text: string | undefined
  try {
    text = JSON.stringify(json)
  } catch (error) {
    throw new OptionError('json', json, `a value JSON can say (${(error as Error).message})`)
  }
  if (text === undefined) throw new OptionError('json', json, 'a value JSON can say')
  return fixed(Buffer.from(text), 'application/json')
}

function formBody(form: FormInput): RequestBody {
  if (form instanceof FormData) return encodeForm(form)
  if (typeof form !== 'object' || form === null) {
    throw new OptionError('form', form, 'an object, URLSearchParams or FormData')
  }
  const search = form instanceof URLSearchParams ? form : new URLSearchParams()
  if (search !== form) {
    for (const [name, value] of Object.entries(form)) {
      if (value !== undefined) search.append(name, String(value))
    }
  }
  return fixed(Buffer.from(search.toString()), 'application/x-www-form-urlencoded')
}

function rawBody(body: BodyInput): RequestBody {
  if (typeof body === 'string') return fixed(Buffer.from(body), undefined)
  if (body instanceof Uint8Array) return fixed(body, undefined)
  if (typeof body === 'function') {
    return {
      contentType: undefined,
      length: undefined,
      isReplayable: true,
      open: () => source(body()),
    }
  }
  const once = source(body)
  return { contentType: undefined, length: undefined, isReplayable: false, open: () => once }
}

function source(body: unknown): BodySource {
  if (typeof (body as BodySource | undefined)?.[Symbol.asyncIterator] === 'function') {
    return body as BodySource
  }
  throw new OptionError('body', body, 'a string, bytes, an async iterable or a function giving one')
}

function fixed(bytes: Uint8Array, contentType: string | undefined): RequestBody {
  return { contentType, length: bytes.length, isReplayable: true, open: () => bytes }
}
