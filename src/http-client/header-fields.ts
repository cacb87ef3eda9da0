import { OptionError } from '../core/errors.ts'

/** Header names and values in the order they are sent. */
export type HeaderFields = readonly (readonly [name: string, value: string])[]

/** Headers as callers write them; an array value is sent as so many lines, `undefined` not at all. */
export type HeadersInput =
  | Readonly<Record<string, string | number | readonly string[] | undefined>>
  | Iterable<readonly [string, string]>

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
/** What belongs to the connection, or says how the body is framed: the client writes these. */
const OWN = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'expect'])

/**
 * Checks headers and puts their names in lower case.
 *
 * @throws {OptionError} for a name or value that cannot be sent, or a header that the client writes itself
 */
export function readHeaders(where: string, input: HeadersInput | undefined): HeaderFields {
  if (input === undefined) return []
  if (typeof input !== 'object' || input === null) {
    throw new OptionError(where, input, 'an object of headers')
  }
  const fields: [string, string][] = []
  const add = (given: string, value: unknown): void => {
    const name = given.toLowerCase()
    const text = typeof value === 'number' ? String(value) : value
    if (!NAME.test(name)) throw new OptionError(where, given, 'header names of token characters')
    if (OWN.has(name)) throw new OptionError(`${where}.${name}`, value, 'left to the client')
    if (typeof text !== 'string' || !VALUE.test(text)) {
      throw new OptionError(`${where}.${name}`, value, 'text of visible ISO 8859-1 characters')
    }
    fields.push([name, text.trim()])
  }
  if (Symbol.iterator in input) {
    for (const [name, value] of input as Iterable<readonly [string, string]>) add(name, value)
    return fields
  }
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined) continue
    for (const item of Array.isArray(value) ? value : [value]) add(name, item)
  }
  return fields
}

/** @returns the base without what `fields` says anew, and `fields` */
export function mergeHeaders(base: HeaderFields, fields: HeaderFields): HeaderFields {
  if (fields.length === 0) return base
  const names = new Set(fields.map(([name]) => name))
  return [...base.filter(([name]) => !names.has(name)), ...fields]
}

/** @param name - in lower case */
export function hasHeader(fields: HeaderFields, name: string): boolean {
  return fields.some(([found]) => found === name)
}

/** @returns all values of a name in lower case, joined by `, `; `undefined` if there is none */
export function headerOf(fields: HeaderFields, name: string): string | undefined {
  let joined: string | undefined
  for (const [found, value] of fields) {
    if (found === name) joined = joined === undefined ? value : `${joined}, ${value}`
  }
  return joined
}
