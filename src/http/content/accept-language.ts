import { FieldScanner } from './field-scanner.ts'
import { bestOf, parseList, qualityOf, scanParameters } from './weighted-list.ts'

/** One element of `Accept-Language`, in lower case: `en-gb`, `en` or `*`. */
export interface LanguageRange {
  readonly tag: string
  /** 0 to 1000, 0 for what is not acceptable. */
  readonly quality: number
}

const LANGUAGE_RANGE = /^(?:[a-z]{1,8}(?:-[a-z0-9]{1,8})*|\*)$/

/**
 * Reads an `Accept-Language` field. Malformed elements are left out.
 *
 * @see RFC 9110, 12.5.4
 * @see RFC 4647, 2.1
 */
export function parseAcceptLanguage(field: string): readonly LanguageRange[] {
  const scanner = new FieldScanner(field)
  return parseList(scanner, () => {
    const tag = scanner.token().toLowerCase()
    const parameters = scanParameters(scanner)
    if (parameters === undefined || !LANGUAGE_RANGE.test(tag)) return undefined
    const quality = qualityOf(parameters)
    return quality === undefined ? undefined : { tag, quality }
  })
}

/**
 * Chooses the language to answer with.
 *
 * A range matches its own tag, more specific tags (`en` takes `en-GB`) and, as a last resort before
 * `*`, more general ones (`en-GB` is content with `en`). The best match says how much an offer is
 * wanted; of those wanted alike the first offer counts.
 *
 * @param field - the request's `Accept-Language`; without one everything is acceptable
 * @param offers - language tags, the preferred first
 * @returns undefined if none is acceptable: use a default, for HTTP discourages a 406 here
 */
export function negotiateLanguage<Offer extends string>(
  field: string | undefined,
  offers: readonly Offer[],
): Offer | undefined {
  if (field === undefined) return offers[0]
  const ranges = parseAcceptLanguage(field)
  if (ranges.length === 0) return offers[0]
  return bestOf(offers, (offer) => qualityFor(offer.toLowerCase(), ranges))
}

function qualityFor(offer: string, ranges: readonly LanguageRange[]): number {
  let quality = 0
  let bestMatch = 0
  for (const range of ranges) {
    const match = matchOf(offer, range.tag)
    if (match <= bestMatch) continue
    bestMatch = match
    quality = range.quality
  }
  return quality
}

/** How well a range matches an offer; 0 if it does not. */
function matchOf(offer: string, range: string): number {
  if (range === '*') return 1
  if (offer === range) return 1e6
  // RFC 4647, 3.3.1 (filtering): the longest range is the most specific.
  if (offer.startsWith(`${range}-`)) return 1000 + range.length
  // RFC 4647, 3.4 (lookup): ranges are truncated from the end.
  return range.startsWith(`${offer}-`) ? 1 + 1 / range.length : 0
}
