import { hash } from 'node:crypto'
import { FieldScanner, trimBlanks } from './field-scanner.ts'

/** True for an entity tag as it stands in a field: `"abc"` or `W/"abc"`. */
export function isEntityTag(text: string): boolean {
  const scanner = new FieldScanner(text)
  return scanner.entityTag() !== undefined && scanner.isAtEnd
}

/**
 * The entity tags of `If-Match` or `If-None-Match`.
 *
 * @returns the tags as they were sent, `*` for any representation, undefined if it is neither
 * @see RFC 9110, 8.8.3 and 13.1.1
 */
export function parseEntityTags(text: string): readonly string[] | '*' | undefined {
  if (trimBlanks(text) === '*') return '*'
  const scanner = new FieldScanner(text)
  const tags: string[] = []
  while (!scanner.isAtEnd) {
    scanner.skipBlanks()
    if (!scanner.isAtElementEnd) {
      const tag = scanner.entityTag()
      if (tag === undefined) return undefined
      tags.push(tag)
      scanner.skipBlanks()
      if (!scanner.isAtElementEnd) return undefined
    }
    scanner.take(',')
  }
  return tags.length === 0 ? undefined : tags
}

export function isWeak(tag: string): boolean {
  return tag.startsWith('W/')
}

/** The weak form of a tag. */
export function weaken(tag: string): string {
  return isWeak(tag) ? tag : `W/${tag}`
}

/** Same opaque tag, whether weak or not; RFC 9110, 8.8.3.2. */
export function matchesWeakly(one: string, other: string): boolean {
  return weaken(one) === weaken(other)
}

/** Same opaque tag, and neither is weak: the representations are the same byte for byte. */
export function matchesStrongly(one: string, other: string): boolean {
  return one === other && !isWeak(one)
}

/** The strong tag of these bytes. */
export function entityTagOf(body: string | Uint8Array): string {
  return `"${digestOf(body)}"`
}

/** 27 characters of SHA-1, for which speed counts here and not secrecy. */
export function digestOf(body: string | Uint8Array): string {
  return hash('sha1', body, 'base64url')
}
