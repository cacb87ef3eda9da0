import { FieldScanner } from './field-scanner.ts'
import { bestOf, parseList, qualityOf, scanParameters } from './weighted-list.ts'

/** One element of `Accept`; type, subtype and names of parameters are in lower case. */
export interface MediaRange {
  readonly type: string
  readonly subtype: string
  readonly parameters: ReadonlyMap<string, string>
  /** 0 to 1000, 0 for what is not acceptable. */
  readonly quality: number
}

/**
 * Reads an `Accept` field. Malformed elements are left out.
 *
 * @see RFC 9110, 12.5.1
 */
export function parseAccept(field: string): readonly MediaRange[] {
  const scanner = new FieldScanner(field)
  return parseList(scanner, () => scanMediaRange(scanner))
}

/**
 * Chooses the media type to answer with.
 *
 * The most specific range that matches an offer says how much it is wanted. Of those wanted alike
 * the first offer counts.
 *
 * @param field - the request's `Accept`; without one everything is acceptable
 * @param offers - media types such as `text/html` or `text/html;level=1`, the preferred first
 * @returns undefined if nothing is acceptable: answer 406, or with whatever there is
 */
export function negotiateMediaType<Offer extends string>(
  field: string | undefined,
  offers: readonly Offer[],
): Offer | undefined {
  if (field === undefined) return offers[0]
  const ranges = parseAccept(field)
  if (ranges.length === 0) return offers[0]
  return bestOf(offers, (offer) => {
    const [type] = parseAccept(offer)
    return type === undefined ? 0 : qualityFor(type, ranges)
  })
}

function scanMediaRange(scanner: FieldScanner): MediaRange | undefined {
  const type = scanner.token().toLowerCase()
  if (type === '' || !scanner.take('/')) return undefined
  const subtype = scanner.token().toLowerCase()
  if (subtype === '' || (type === '*' && subtype !== '*')) return undefined
  const parameters = scanParameters(scanner)
  const quality = parameters === undefined ? undefined : qualityOf(parameters)
  if (parameters === undefined || quality === undefined) return undefined
  parameters.delete('q')
  return { type, subtype, parameters, quality }
}

function qualityFor(offer: MediaRange, ranges: readonly MediaRange[]): number {
  let quality = 0
  let specificity = -1
  for (const range of ranges) {
    const specific = specificityFor(offer, range)
    if (specific <= specificity) continue
    specificity = specific
    quality = range.quality
  }
  return quality
}

/** How exactly a range names the offer; -1 if it does not match. */
function specificityFor(offer: MediaRange, range: MediaRange): number {
  if (range.type !== '*' && range.type !== offer.type) return -1
  if (range.subtype !== '*' && range.subtype !== offer.subtype) return -1
  for (const [name, value] of range.parameters) {
    if (offer.parameters.get(name)?.toLowerCase() !== value.toLowerCase()) return -1
  }
  const wildcards = range.type === '*' ? 2 : range.subtype === '*' ? 1 : 0
  return (2 - wildcards) * 1000 + range.parameters.size
}
