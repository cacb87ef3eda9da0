import type { RateLimitHeaders } from './options.ts'
import type { RateDecision, RatePolicy } from './policy.ts'

/**
 * What a response says about the quota.
 *
 * @see draft-ietf-httpapi-ratelimit-headers-11, 3 and 4
 */
export function rateFields(
  style: RateLimitHeaders,
  name: string,
  { algorithm, limit, windowMs, burst }: RatePolicy,
  { remaining, resetMs }: RateDecision,
): [string, string][] {
  if (style === false) return []
  const seconds = Math.ceil(resetMs / 1000)
  const window = Math.ceil(windowMs / 1000)
  if (style === 'standard') {
    // What a bucket holds is what can be used in one go; the window is how long it takes to fill.
    const quota = algorithm === 'token-bucket' ? burst : limit
    const fillS = Math.ceil((windowMs * burst) / limit / 1000)
    return [
      [
        'ratelimit-policy',
        `"${name}";q=${quota};w=${algorithm === 'token-bucket' ? fillS : window}`,
      ],
      ['ratelimit', `"${name}";r=${remaining};t=${seconds}`],
    ]
  }
  const start = style === 'legacy' ? 'x-ratelimit' : 'ratelimit'
  const reset = style === 'legacy' ? Math.ceil(Date.now() / 1000) + seconds : seconds
  return [
    [`${start}-limit`, String(limit)],
    [`${start}-remaining`, String(remaining)],
    [`${start}-reset`, String(reset)],
  ]
}
