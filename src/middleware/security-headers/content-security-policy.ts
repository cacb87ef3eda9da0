import { OptionError } from '../../core/errors.ts'
import type { AppRequest } from '../request.ts'

/** A place scripts and the like may come from, or a function that says it for a request. */
export type CspSource = string | ((request: AppRequest) => string)

/**
 * Directives of a policy by name: `{ 'script-src': ["'self'", 'https://cdn.example.com'] }`.
 *
 * An empty array or true stands for a directive without sources; false takes one of the defaults away.
 */
export type CspDirectives = Readonly<Record<string, readonly CspSource[] | boolean>>

/** Stands for the nonce of the response, which {@link cspNonceOf} gives to templates. */
export const CSP_NONCE = "'nonce'"

/** What helmet sends. */
const DEFAULTS: CspDirectives = {
  'default-src': ["'self'"],
  'base-uri': ["'self'"],
  'font-src': ["'self'", 'https:', 'data:'],
  'form-action': ["'self'"],
  'frame-ancestors': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'object-src': ["'none'"],
  'script-src': ["'self'"],
  'script-src-attr': ["'none'"],
  'style-src': ["'self'", 'https:', "'unsafe-inline'"],
  'upgrade-insecure-requests': [],
}
const NAME = /^[a-z][a-z0-9-]*$/
/** Keywords and hashes mean something else without their quotes: a host of that name. */
const UNQUOTED =
  /^(?:none|self|strict-dynamic|report-sample|inline-speculation-rules|unsafe-(?:inline|eval|hashes)|wasm-unsafe-eval|nonce-.*|sha(?:256|384|512)-.*)$/i
const SOURCE = /^[\x21-\x2b\x2d-\x3a\x3c-\x7e]+$/

/** @internal A policy, as far as it is known at start. */
export interface Policy {
  /** The whole text, if it is the same for each response. */
  readonly text: string | undefined
  readonly usesNonce: boolean
  write(request: AppRequest, nonce: string): string
}

/**
 * Checks the directives of a policy and puts them together.
 *
 * @param withDefaults - whether directives that are not given are those of helmet
 * @throws {OptionError} for a name or source that would not mean what it says
 */
export function compilePolicy(
  where: string,
  directives: CspDirectives,
  withDefaults: boolean,
): Policy {
  const all = new Map<string, readonly CspSource[]>()
  for (const [name, value] of Object.entries({
    ...(withDefaults ? DEFAULTS : {}),
    ...directives,
  })) {
    if (!NAME.test(name)) throw new OptionError(where, name, "directives such as 'script-src'")
    if (value === false) continue
    const sources = value === true ? [] : value
    if (!Array.isArray(sources)) {
      throw new OptionError(`${where}.${name}`, value, 'an array of sources, true or false')
    }
    for (const source of sources) checkSource(`${where}.${name}`, source)
    all.set(name, sources)
  }
  if (all.size === 0) throw new OptionError(where, directives, 'at least one directive')
  const write = (request: AppRequest, nonce: string): string =>
    [...all].map(([name, sources]) => directive(name, sources, request, nonce)).join(';')
  const sources = [...all.values()].flat()
  const usesNonce = sources.includes(CSP_NONCE)
  const isFixed = !usesNonce && sources.every((source) => typeof source === 'string')
  // A fixed text needs nothing of the request it is made with.
  return { text: isFixed ? write(undefined as never, '') : undefined, usesNonce, write }
}

function directive(
  name: string,
  sources: readonly CspSource[],
  request: AppRequest,
  nonce: string,
): string {
  const texts = sources.map((source) => {
    if (source === CSP_NONCE) return `'nonce-${nonce}'`
    return typeof source === 'string' ? source : checkText(name, source(request))
  })
  return [name, ...texts].join(' ')
}

function checkSource(where: string, source: unknown): void {
  if (typeof source !== 'function') checkText(where, source)
}

function checkText(where: string, source: unknown): string {
  if (typeof source !== 'string' || !SOURCE.test(source)) {
    throw new OptionError(where, source, "a source without blanks, ';' and ','")
  }
  if (UNQUOTED.test(source)) throw new OptionError(where, source, `in quotes: "'${source}'"`)
  return source
}
