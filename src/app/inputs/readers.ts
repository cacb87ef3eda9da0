import { type CookieSigner, createRequest, findCookie, lastEventIdOf } from '../../http/index.ts'
import { INVALID, type Issues, type Schema } from '../../schema/index.ts'
import type { BackgroundTasks } from '../lifecycle/background-tasks.ts'
import type { AppRequest } from '../request.ts'
import { ResponseHead } from '../responses/response-head.ts'
import { toHeaderName } from './header-names.ts'
import { type Input, LAST_EVENT_ID } from './input.ts'
import { modelReader } from './model-reader.ts'
import { allOf, lastOf, parseQuery, type QueryPairs } from './query-string.ts'

/** A request while its inputs are read; what several inputs share is taken apart once. */
export class Sources {
  readonly request: AppRequest
  /** Values of the path parameters, decoded, in the order of the pattern. */
  readonly params: readonly string[]
  #query: QueryPairs | undefined

  constructor(request: AppRequest, params: readonly string[]) {
    this.request = request
    this.params = params
  }

  get query(): QueryPairs {
    this.#query ??= parseQuery(this.request.queryString)
    return this.#query
  }
}

/** What is there for the inputs of every request, whatever it says. */
export interface ReaderContext {
  rootPath(): string
  background(): BackgroundTasks
}

/** Takes one input from the request: its value, or `INVALID` after reporting why. */
export type Reader = (sources: Sources, issues: Issues) => unknown

/**
 * @param key - the name in the `in` map
 * @param position - of the parameter in the pattern, for `path` inputs
 * @param context - what the app has for all requests
 * @returns undefined for inputs that need the body
 */
export function compileReader(
  input: Input<unknown>,
  key: string,
  position: number,
  context: ReaderContext,
): Reader | undefined {
  const schema = input.schema as Schema<unknown>
  const name = wireName(input, key)
  const model = modelReader(input)
  if (model !== undefined) return model
  switch (input.source) {
    case 'path':
      return (sources, issues) => checkOne(sources.params[position], schema, 'path', name, issues)
    case 'query':
      return schema.checkTexts === undefined
        ? (sources, issues) => checkOne(lastOf(sources.query, name), schema, 'query', name, issues)
        : (sources, issues) => checkAll(allOf(sources.query, name), schema, 'query', name, issues)
    case 'header':
      if (input.details === LAST_EVENT_ID) {
        return (sources, issues) =>
          checkOne(lastEventIdOf(sources.request), schema, 'header', name, issues)
      }
      return schema.checkTexts === undefined
        ? (sources, issues) =>
            checkOne(sources.request.header(name), schema, 'header', name, issues)
        : (sources, issues) =>
            checkAll(allHeaders(sources.request, name), schema, 'header', name, issues)
    case 'cookie':
      return cookieReader(schema, name, input.details as CookieSigner | undefined)
    case 'request':
      return (sources) => sources.request
    case 'signal':
      return (sources) => sources.request.signal
    case 'bodyStream':
      return ({ request }) => request.body ?? createRequest({ body: '' }).body
    case 'response':
      return () => new ResponseHead()
    case 'background':
      return () => context.background()
    case 'rootPath':
      return () => context.rootPath()
    default:
      return undefined
  }
}

function cookieReader(
  schema: Schema<unknown>,
  name: string,
  signer: CookieSigner | undefined,
): Reader {
  return (sources, issues) => {
    const sent = findCookie(sources.request.header('cookie'), name)
    const value = signer === undefined || sent === undefined ? sent : signer.verify(name, sent)
    return checkOne(value, schema, 'cookie', name, issues)
  }
}

/** `userAgent` and `user_agent` are the header `user-agent`; other sources keep the key. */
export function wireName(input: Input<unknown>, key: string): string {
  if (input.source !== 'header') return input.alias ?? key
  return input.alias?.toLowerCase() ?? toHeaderName(input)(key)
}

export function checkOne(
  text: string | undefined,
  schema: Schema<unknown>,
  source: string,
  name: string,
  issues: Issues,
): unknown {
  if (text === undefined) return absent(schema, source, name, issues)
  const from = issues.items.length
  const value = schema.checkText(text, issues)
  return value === INVALID ? refuse(from, source, name, issues) : value
}

export function checkAll(
  texts: readonly string[] | undefined,
  schema: Schema<unknown>,
  source: string,
  name: string,
  issues: Issues,
): unknown {
  if (texts === undefined) return absent(schema, source, name, issues)
  const from = issues.items.length
  const value = schema.checkTexts?.(texts, issues)
  return value === INVALID ? refuse(from, source, name, issues) : value
}

function absent(schema: Schema<unknown>, source: string, name: string, issues: Issues): unknown {
  if (schema.hasDefault) return schema.makeDefault()
  if (schema.isOptional) return undefined
  const from = issues.items.length
  issues.add('missing', 'Field required', null)
  return refuse(from, source, name, issues)
}

export function refuse(from: number, source: string, name: string, issues: Issues): typeof INVALID {
  issues.prefix(from, name)
  issues.prefix(from, source)
  return INVALID
}

function allHeaders(request: AppRequest, name: string): string[] | undefined {
  const values: string[] = []
  for (const [found, value] of request.headers()) if (found === name) values.push(value)
  return values.length === 0 ? undefined : values
}
