import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import {
  type FormLimits,
  formSettings,
  type MultipartPart,
  type UploadFile,
} from '../../http/index.ts'
import type { StandardSchema } from '../../schema/index.ts'
import { Input, type NamedArguments, named } from './input.ts'

export interface FileOptions {
  /** The name of the field, where it differs from the key in the map. */
  readonly name?: string
  /** More is answered with 413; default no other limit than that of the body. */
  readonly maxBytes?: number
  /** As clients declare them: `image/png`, or `image/*`; others are answered with 422. Default: all. */
  readonly contentTypes?: readonly string[]
  /** The file may be absent. */
  readonly optional?: boolean
  /** For the OpenAPI document. */
  readonly description?: string
}

/** A file as clients send it; only a `File` has a name. */
export type FileArgument = Blob | Uint8Array<ArrayBuffer>

/** What is declared about a file. @internal */
export interface FileDetails {
  readonly maxBytes: number
  readonly contentTypes: readonly string[] | undefined
  readonly isOptional: boolean
  readonly description: string | undefined
}

/**
 * A field of a form, named by its key unless a name is given: of `multipart/form-data` or
 * `application/x-www-form-urlencoded`. If the schema is an `array`, it collects repeated ones. If it
 * is an `object`, its keys are the fields, and the value is the object. A field that was left empty
 * counts as absent.
 */
export function form(): Input<string, 'form'>
export function form<Value, Sent>(schema: StandardSchema<Value, Sent>): Input<Value, 'form', Sent>
export function form<Value, Sent>(
  name: string,
  schema: StandardSchema<Value, Sent>,
): Input<Value, 'form', Sent>
export function form(...given: NamedArguments): Input<unknown, 'form'> {
  return named('form', given)
}

/**
 * A file of a `multipart/form-data` form, named by its key: in memory if it is small, else in a
 * temporary file that is removed after the response.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function file(
  options?: FileOptions & { readonly optional?: false },
): Input<UploadFile, 'file', FileArgument>
export function file(
  options: FileOptions,
): Input<UploadFile | undefined, 'file', FileArgument | undefined>
export function file(options: FileOptions = {}): Input<UploadFile | undefined, 'file', unknown> {
  return new Input('file', undefined, options.name, fileDetails('file()', options))
}

/**
 * All files of one name; at least one, unless they are `optional`.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function files(
  options: FileOptions = {},
): Input<readonly UploadFile[], 'files', readonly FileArgument[]> {
  return new Input('files', undefined, options.name, fileDetails('files()', options))
}

/**
 * The parts of a `multipart/form-data` body as they arrive, for uploads that are passed on or saved
 * where they belong: nothing is kept in between. The route's `maxBodyBytes` limits the whole.
 *
 * @throws {OptionError} on unknown or impossible limits
 */
export function parts(
  limits?: Omit<FormLimits, 'maxBytes'>,
): Input<AsyncIterable<MultipartPart>, 'parts', FormData> {
  return new Input('parts', undefined, undefined, formSettings('parts()', limits))
}

const FILE_OPTIONS = ['name', 'maxBytes', 'contentTypes', 'optional', 'description']

const MEDIA_RANGE = /^[\w.+-]+\/(?:\*|[\w.+-]+)$/

function fileDetails(where: string, options: FileOptions): FileDetails {
  rejectUnknownOptions(where, options, FILE_OPTIONS)
  const { name, maxBytes, contentTypes, optional = false, description } = options
  if (name !== undefined && (typeof name !== 'string' || name === '')) {
    throw new OptionError(`${where}.name`, name, 'a name')
  }
  if (typeof optional !== 'boolean') {
    throw new OptionError(`${where}.optional`, optional, 'a boolean')
  }
  if (description !== undefined && typeof description !== 'string') {
    throw new OptionError(`${where}.description`, description, 'a string')
  }
  if (contentTypes !== undefined && !contentTypes.every((type) => MEDIA_RANGE.test(type))) {
    throw new OptionError(`${where}.contentTypes`, contentTypes, "types such as 'image/*'")
  }
  return {
    maxBytes: integerOption(`${where}.maxBytes`, maxBytes, Number.MAX_SAFE_INTEGER),
    contentTypes: contentTypes?.map((type) => type.toLowerCase()),
    isOptional: optional,
    description,
  }
}
