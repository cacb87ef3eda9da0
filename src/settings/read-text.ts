import { INVALID, Issues, type Schema } from '../schema/index.ts'

/**
 * Reads a value from the text of a variable. Arrays and objects may be JSON; an array may also be a
 * list with commas.
 */
export function readText(schema: Schema<unknown>, text: string, issues: Issues): unknown {
  const json = parseContainer(text)
  if (json === undefined) return readPlain(schema, text, issues)
  const value = schema.check(json, issues)
  // A list in JSON is never meant as a list with commas.
  if (value !== INVALID || schema.checkTexts !== undefined) return value
  const plain = readPlain(schema, text, new Issues())
  if (plain !== INVALID) issues.rewind(0)
  return plain
}

function readPlain(schema: Schema<unknown>, text: string, issues: Issues): unknown {
  if (schema.checkTexts === undefined) return schema.checkText(text, issues)
  const items = text.trim() === '' ? [] : text.split(',').map((item) => item.trim())
  return schema.checkTexts(items, issues)
}

/** A JSON object or array; numbers and the like are what their schemas read from text. */
function parseContainer(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
