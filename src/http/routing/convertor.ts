import type { Convertor } from './pattern.ts'

const SHAPES: Readonly<Partial<Record<Convertor, RegExp>>> = {
  int: /^\d+$/,
  float: /^\d+(?:\.\d+)?$/,
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
}

/** Whether a decoded segment is what a convertor takes; the same rules as Starlette's. */
export function isConvertible(convertor: Convertor, text: string): boolean {
  return SHAPES[convertor]?.test(text) ?? true
}

/**
 * Decodes a percent-encoded text.
 *
 * @returns undefined if the encoding is malformed, or does not give UTF-8
 */
export function decodeSegment(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
