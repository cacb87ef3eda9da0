import { Future } from '../../future/index.ts'
import {
  type Form,
  type FormLimits,
  type FormReaderSettings,
  type FormSettings,
  formReaderSettings,
  multipartWith,
  readFormWith,
  type UploadFile,
} from '../../http/index.ts'
import {
  INVALID,
  type Issues,
  type ObjectSchema,
  type Schema,
  type TextFields,
} from '../../schema/index.ts'
import type { Cleanup } from '../dependencies/cleanup.ts'
import type { InputNode } from '../dependencies/graph.ts'
import type { AppRequest } from '../request.ts'
import type { RouteInfo } from '../routing/route.ts'
import type { FileDetails } from './form-inputs.ts'
import { checkAll, checkOne, refuse } from './readers.ts'

/** Longer texts are not echoed in failures. */
const MAX_ECHOED_LENGTH = 1024

type FormReader = (form: Form, issues: Issues) => unknown

/** How the inputs of a route are taken from a form. */
export class FormPlan {
  /** Files are declared: the body may take long. */
  readonly isUpload: boolean
  readonly #settings: FormReaderSettings
  readonly #readers: readonly { readonly slot: number; readonly read: FormReader }[]
  /** The input that gets the parts unread. */
  readonly #parts: InputNode | undefined

  constructor(nodes: readonly InputNode[], settings: FormReaderSettings) {
    const files = nodes.filter(({ input }) => isFile(input.source))
    this.#parts = nodes.find(({ input }) => input.source === 'parts')
    this.#settings = {
      ...settings,
      files: new Map(files.map(({ input, name }) => [name, detailsOf(input).maxBytes])),
    }
    this.isUpload = files.length > 0 || this.#parts !== undefined
    this.#readers = nodes.map((node) => ({ slot: node.slot, read: compileFormReader(node) }))
  }

  /** @returns the form, or nothing where its parts are handed on; fails with {@link HttpError} */
  read(request: AppRequest): Future<Form | undefined> {
    return this.#parts === undefined
      ? readFormWith(request, this.#settings)
      : Future.ready(undefined)
  }

  /** @throws {HttpError} 415 or 400, if the parts of something else are wanted */
  assign(values: unknown[], form: Form | undefined, request: AppRequest, issues: Issues): void {
    if (form === undefined) {
      const { slot, input } = this.#parts!
      const limits = input.details as FormSettings
      values[slot] = multipartWith(request, { ...limits, body: this.#settings.limits.body })
      return
    }
    for (const { slot, read } of this.#readers) values[slot] = read(form, issues)
  }
}

/**
 * @param where - method and pattern, for failures
 * @returns undefined if no input needs a form
 * @throws {OptionError} on unknown or impossible `form` options of the route
 */
export function compileForm(
  where: string,
  inputs: readonly InputNode[],
  { form, maxBodyBytes }: RouteInfo,
): FormPlan | undefined {
  const nodes = inputs.filter(({ input }) => isForm(input.source))
  if (nodes.length === 0) return undefined
  const limits: FormLimits = maxBodyBytes === undefined ? {} : { maxBytes: maxBodyBytes }
  return new FormPlan(nodes, formReaderSettings(`${where} form`, { ...form, ...limits }))
}

/** Removes the temporary files, whether the handler succeeds or fails. */
export function removalOf(form: Form): Cleanup {
  const remove = (): Promise<IteratorResult<unknown, unknown>> =>
    form.remove().then(() => ({ done: true, value: undefined }))
  return {
    name: 'form',
    runsBeforeResponse: false,
    generator: {
      next: remove,
      return: remove,
      throw: (reason) =>
        remove().then(() => {
          throw reason
        }),
    },
  }
}

/** True for inputs that are read from a form. */
export function isForm(source: string): boolean {
  return source === 'form' || source === 'parts' || isFile(source)
}

function isFile(source: string): boolean {
  return source === 'file' || source === 'files'
}

function detailsOf(input: InputNode['input']): FileDetails {
  return input.details as FileDetails
}

function compileFormReader({ input, name }: InputNode): FormReader {
  if (input.source === 'file') {
    return (form, issues) => checkFiles(form.getFiles(name), detailsOf(input), name, issues)?.at(-1)
  }
  if (input.source === 'files') {
    return (form, issues) => checkFiles(form.getFiles(name), detailsOf(input), name, issues)
  }
  const schema = input.schema as Schema<unknown>
  return isModel(schema)
    ? (form, issues) => readModel(form, schema, issues)
    : (form, issues) => readField(form, schema, name, issues)
}

/** True for an object schema: its keys are the fields. */
export function isModel(schema: Schema<unknown> | undefined): schema is ObjectSchema<never> {
  return schema !== undefined && 'fields' in schema
}

function readModel(form: Form, schema: ObjectSchema<never>, issues: Issues): unknown {
  const from = issues.items.length
  const value = schema.definition.checkTextFields!(new FormFields(form), issues)
  if (value !== INVALID) return value
  issues.prefix(from, 'body')
  shorten(issues, from)
  return INVALID
}

/** An empty field was not filled in, as FastAPI sees it: a browser sends every field of a form. */
class FormFields implements TextFields {
  readonly #form: Form

  constructor(form: Form) {
    this.#form = form
  }

  one(name: string): string | undefined {
    return this.#form.get(name) || undefined
  }

  all(name: string): readonly string[] | undefined {
    const texts = this.#form.getAll(name)
    return texts.length === 0 ? undefined : texts
  }

  names(): Iterable<string> {
    return this.#form.fields.map(([name]) => name)
  }
}

function readField(form: Form, schema: Schema<unknown>, name: string, issues: Issues): unknown {
  const from = issues.items.length
  let value: unknown
  if (schema.checkTexts === undefined) {
    value = checkOne(form.get(name) || undefined, schema, 'body', name, issues)
  } else {
    const texts = form.getAll(name)
    value = checkAll(texts.length === 0 ? undefined : texts, schema, 'body', name, issues)
  }
  if (value === INVALID) shorten(issues, from)
  return value
}

function checkFiles(
  found: readonly UploadFile[],
  { isOptional, contentTypes }: FileDetails,
  name: string,
  issues: Issues,
): readonly UploadFile[] | undefined {
  const from = issues.items.length
  if (found.length === 0 && !isOptional) issues.add('missing', 'Field required', null)
  for (const { contentType = null } of contentTypes === undefined ? [] : found) {
    if (contentTypes!.some((range) => isWithin(contentType ?? '', range))) continue
    const expected = contentTypes!.join(', ')
    issues.add('file_type', `File should be of type ${expected}`, contentType, { expected })
  }
  if (issues.items.length > from) refuse(from, 'body', name, issues)
  return found
}

function isWithin(contentType: string, range: string): boolean {
  const essence = contentType.toLowerCase().split(';', 1)[0]!.trim()
  return range.endsWith('/*') ? essence.startsWith(range.slice(0, -1)) : essence === range
}

function shorten(issues: Issues, from: number): void {
  for (let at = from; at < issues.items.length; at++) {
    const item = issues.items[at]!
    if (typeof item.input === 'string' && item.input.length > MAX_ECHOED_LENGTH) {
      issues.items[at] = { ...item, input: `${item.input.slice(0, MAX_ECHOED_LENGTH)}...` }
    }
  }
}
