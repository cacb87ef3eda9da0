import type { FieldScanner } from './field-scanner.ts'

/** Highest quality, as a whole number: `q=0.5` is 500. */
const FULL_QUALITY = 1000

const QVALUE = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/

/**
 * Reads a list whose elements may have parameters and a weight.
 *
 * A malformed element is left out, and those beside it count.
 *
 * @param scanElement - reads one element; undefined if it is malformed
 * @see RFC 9110, 5.6.1 and 12.4.2
 */
export function parseList<Element>(
  scanner: FieldScanner,
  scanElement: () => Element | undefined,
): Element[] {
  const elements: Element[] = []
  while (!scanner.isAtEnd) {
    scanner.skipBlanks()
    if (!scanner.isAtElementEnd) {
      const element = scanElement()
      scanner.skipBlanks()
      if (element !== undefined && scanner.isAtElementEnd) elements.push(element)
    }
    scanner.skipElement()
  }
  return elements
}

/** Parameters behind an element, names in lower case; undefined if one is malformed. */
export function scanParameters(scanner: FieldScanner): Map<string, string> | undefined {
  const parameters = new Map<string, string>()
  for (;;) {
    scanner.skipBlanks()
    if (!scanner.take(';')) return parameters
    scanner.skipBlanks()
    const name = scanner.token().toLowerCase()
    // An empty parameter is allowed: RFC 9110, 5.6.6.
    if (name === '') continue
    if (!scanner.take('=') || parameters.has(name)) return undefined
    const value = scanner.quotedString() ?? scanner.token()
    if (value === '') return undefined
    parameters.set(name, value)
  }
}

/** The quality that parameters say, from 0 to 1000; undefined if it is malformed. */
export function qualityOf(parameters: ReadonlyMap<string, string>): number | undefined {
  const text = parameters.get('q')
  if (text === undefined) return FULL_QUALITY
  return QVALUE.test(text) ? Math.round(Number(text) * FULL_QUALITY) : undefined
}

/** The most wanted of several offers; the first of those wanted alike. Undefined if none is. */
export function bestOf<Offer>(
  offers: readonly Offer[],
  quality: (offer: Offer) => number,
): Offer | undefined {
  let best: Offer | undefined
  let bestQuality = 0
  for (const offer of offers) {
    const wanted = quality(offer)
    if (wanted <= bestQuality) continue
    best = offer
    bestQuality = wanted
  }
  return best
}
