import { OptionError } from '../../core/errors.ts'
import { functionOption, rejectUnknownOptions } from '../../core/options.ts'
import { Operation } from './operation.ts'
import type { PagesOptions } from './pages/options.ts'
import { type PagesSettings, pagesSettings } from './pages/options.ts'
import { checkExternalDocs, type ExternalDocs } from './route-docs.ts'

/** A server of the API. @see OpenAPI 3.1, "Server Object" */
export interface ServerDocs {
  /** May contain variables: `https://{region}.example.com`. */
  readonly url: string
  readonly description?: string
  readonly variables?: Readonly<
    Record<
      string,
      { readonly default: string; readonly enum?: readonly string[]; readonly description?: string }
    >
  >
}

export interface TagDocs {
  readonly name: string
  /** Markdown. */
  readonly description?: string
  readonly externalDocs?: ExternalDocs
}

/** What an operation id is made of. */
export interface OperationIdSource {
  readonly method: string
  /** As OpenAPI writes it: `/users/{id}`. */
  readonly path: string
  /** Of the route in its router, or of its function; undefined where neither has one. */
  readonly name: string | undefined
  readonly tags: readonly string[]
}

/** What is said about the API, and where that can be read. */
export interface OpenApiOptions extends PagesOptions {
  /** Default `FasterAPI`. */
  readonly title?: string
  /** Of the API, not of OpenAPI; default `0.1.0`. */
  readonly version?: string
  readonly summary?: string
  /** Markdown. */
  readonly description?: string
  /** URL. */
  readonly termsOfService?: string
  readonly contact?: { readonly name?: string; readonly url?: string; readonly email?: string }
  /** By SPDX `identifier`, or by `url`. */
  readonly license?: { readonly name: string; readonly identifier?: string; readonly url?: string }
  /** Where the API is served, for clients; default: where the document came from. */
  readonly servers?: readonly ServerDocs[]
  /** Tags in the order the docs pages show them. */
  readonly tags?: readonly TagDocs[]
  readonly externalDocs?: ExternalDocs
  /** Requests that the API sends to those who subscribed, by name. */
  readonly webhooks?: Readonly<Record<string, Operation>>
  /** Ids of operations that name none themselves; the start fails if two are equal. */
  readonly generateOperationId?: (source: OperationIdSource) => string
  /** Changes the finished document, or returns another in its place; called once. */
  // oxlint-disable-next-line typescript/no-invalid-void-type -- a function that only changes it returns nothing
  readonly transformOpenApi?: (document: OpenApiDocument) => OpenApiDocument | void
}

/** The parts that every document of ours has; the rest is as OpenAPI 3.1 writes it. */
export interface OpenApiDocument {
  openapi: string
  info: Record<string, unknown>
  paths: Record<string, Record<string, Record<string, unknown>>>
  [field: string]: unknown
}

type Facts =
  | 'summary'
  | 'description'
  | 'termsOfService'
  | 'contact'
  | 'license'
  | 'servers'
  | 'tags'
  | 'externalDocs'
  | 'webhooks'
  | 'generateOperationId'
  | 'transformOpenApi'

/** Every option with its value. */
export interface OpenApiSettings extends Pick<OpenApiOptions, Facts>, PagesSettings {
  readonly title: string
  readonly version: string
}

const TEXTS = ['title', 'version', 'summary', 'description', 'termsOfService'] as const

/** For {@link rejectUnknownOptions} of apps. */
export const OPENAPI_OPTIONS: readonly string[] = [
  ...TEXTS,
  'contact',
  'license',
  'servers',
  'tags',
  'externalDocs',
  'webhooks',
  'generateOperationId',
  'transformOpenApi',
  'openapi',
  'docs',
  'redoc',
  'swaggerUi',
  'redocOptions',
]

/** @throws {OptionError} on impossible options */
export function openApiSettings(options: OpenApiOptions): OpenApiSettings {
  for (const name of TEXTS) {
    const value = options[name]
    if (value !== undefined && typeof value !== 'string') {
      throw new OptionError(`new App().${name}`, value, 'a string')
    }
  }
  checkPeople(options)
  checkLists(options)
  for (const [name, value] of Object.entries(options.webhooks ?? {})) {
    if (value instanceof Operation) continue
    throw new OptionError(`new App().webhooks.${name}`, value, 'an operation()')
  }
  functionOption('new App().generateOperationId', options.generateOperationId)
  functionOption('new App().transformOpenApi', options.transformOpenApi)
  const { title = 'FasterAPI', version = '0.1.0' } = options
  return { ...options, title, version, ...pagesSettings(options, title) }
}

function checkPeople({ contact, license, externalDocs }: OpenApiOptions): void {
  rejectUnknownOptions('new App().contact', contact, ['name', 'url', 'email'])
  rejectUnknownOptions('new App().license', license, ['name', 'identifier', 'url'])
  if (license !== undefined && typeof license.name !== 'string') {
    throw new OptionError('new App().license.name', license.name, 'a string')
  }
  if (license?.identifier !== undefined && license.url !== undefined) {
    throw new OptionError('new App().license', license, 'an identifier or a url, not both')
  }
  checkExternalDocs('new App().externalDocs', externalDocs)
}

function checkLists({ servers = [], tags = [] }: OpenApiOptions): void {
  for (const [at, server] of servers.entries()) {
    const where = `new App().servers[${at}]`
    rejectUnknownOptions(where, server, ['url', 'description', 'variables'])
    const { url, variables = {} } = server
    if (typeof url !== 'string') throw new OptionError(`${where}.url`, url, 'a URL')
    for (const [, name] of url.matchAll(/\{([^}]+)\}/g)) {
      if (name !== undefined && Object.hasOwn(variables, name)) continue
      throw new OptionError(`${where}.variables`, variables, `a default for {${name}}`)
    }
  }
  const names = new Set<string>()
  for (const [at, tag] of tags.entries()) {
    const where = `new App().tags[${at}]`
    rejectUnknownOptions(where, tag, ['name', 'description', 'externalDocs'])
    if (typeof tag.name !== 'string' || names.has(tag.name)) {
      throw new OptionError(`${where}.name`, tag.name, 'a name that no other tag has')
    }
    names.add(tag.name)
    checkExternalDocs(`${where}.externalDocs`, tag.externalDocs)
  }
}
