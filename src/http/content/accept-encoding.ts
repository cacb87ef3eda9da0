import { FieldScanner } from './field-scanner.ts'
import { bestOf, parseList, qualityOf, scanParameters } from './weighted-list.ts'

/** Qualities (0 to 1000) by what they are said of, in lower case. */
type Qualities = ReadonlyMap<string, number>

/** Clients send a handful of different texts, each very often. */
const MAX_REMEMBERED = 128
const MAX_REMEMBERED_LENGTH = 128
const remembered = new Map<string, Qualities>()

/**
 * Reads an `Accept-Encoding` field: qualities (0 to 1000) by coding. `x-gzip` is `gzip`.
 *
 * Malformed elements are left out; of a coding named twice the first counts.
 *
 * @see RFC 9110, 12.5.3
 */
export function parseAcceptEncoding(field: string): Qualities {
  const known = remembered.get(field)
  if (known !== undefined) return known
  const scanner = new FieldScanner(field)
  const qualities = new Map<string, number>()
  for (const [name, quality] of parseList(scanner, () => scanWeighted(scanner))) {
    const coding = name === 'x-gzip' ? 'gzip' : name
    if (!qualities.has(coding)) qualities.set(coding, quality)
  }
  if (remembered.size < MAX_REMEMBERED && field.length <= MAX_REMEMBERED_LENGTH) {
    remembered.set(field, qualities)
  }
  return qualities
}

/**
 * Chooses the content coding to answer with.
 *
 * The most wanted coding counts, and of those wanted alike the first offer; `identity` is chosen if
 * it is wanted more, or no offer is acceptable.
 *
 * @param field - the request's `Accept-Encoding`; without one nothing is coded
 * @param offers - codings the server has, the preferred first, without `identity`
 * @returns undefined if nothing is acceptable, not even `identity`
 */
export function negotiateEncoding<Coding extends string>(
  field: string | undefined,
  offers: readonly Coding[],
): Coding | 'identity' | undefined {
  if (field === undefined) return 'identity'
  const qualities = parseAcceptEncoding(field)
  const others = qualities.get('*')
  const best = bestOf(offers, (coding) => qualities.get(coding) ?? others ?? 0)
  const identity = qualities.get('identity')
  if (best === undefined) return (identity ?? others) === 0 ? undefined : 'identity'
  const isIdentityPreferred = (identity ?? 0) > (qualities.get(best) ?? others ?? 0)
  return isIdentityPreferred ? 'identity' : best
}

function scanWeighted(scanner: FieldScanner): readonly [string, number] | undefined {
  const name = scanner.token().toLowerCase()
  const parameters = scanParameters(scanner)
  if (name === '' || parameters === undefined) return undefined
  const quality = qualityOf(parameters)
  const isWeightAlone = parameters.size === (parameters.has('q') ? 1 : 0)
  return quality === undefined || !isWeightAlone ? undefined : [name, quality]
}
