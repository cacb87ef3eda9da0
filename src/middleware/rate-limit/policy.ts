/** What is allowed: `limit` requests in each `windowMs`. */
export interface RatePolicy {
  readonly algorithm: RateAlgorithm
  readonly limit: number
  readonly windowMs: number
  /** Requests at once after a quiet time, for a token bucket. */
  readonly burst: number
}

/**
 * `token-bucket`: the quota comes back steadily, and `burst` requests may come at once. `sliding-window`:
 * no more than `limit` in any window, estimated of the counts of this window and the one before.
 */
export type RateAlgorithm = 'token-bucket' | 'sliding-window'

/** What became of a request. */
export interface RateDecision {
  readonly isAllowed: boolean
  /** Requests that may follow at once. */
  readonly remaining: number
  /** Milliseconds until all of the quota is there again, or the window is over. */
  readonly resetMs: number
  /** Milliseconds until it is worth trying again; 0 if it was allowed. */
  readonly retryAfterMs: number
}

/**
 * What is known of a key. Token bucket: `first` is when the bucket is full again. Sliding window:
 * `first` is when the window began, with the counts of this one and the one before.
 */
export interface RateState {
  first: number
  count: number
  previous: number
}

/** Of what is not known yet. */
export function newState(): RateState {
  return { first: Number.NEGATIVE_INFINITY, count: 0, previous: 0 }
}

/** @returns false if it is as if the key had never been seen */
export function isNeeded(state: RateState, nowMs: number, policy: RatePolicy): boolean {
  if (policy.algorithm === 'token-bucket') return state.first > nowMs
  return state.first + 2 * policy.windowMs > nowMs
}

/**
 * Takes from the quota of a key, if there is enough.
 *
 * @param state - changed if the request is allowed; a window that is over is left behind in any case
 * @param nowMs - of any clock that does not go back
 */
export function take(
  state: RateState,
  cost: number,
  nowMs: number,
  policy: RatePolicy,
): RateDecision {
  return policy.algorithm === 'token-bucket'
    ? takeTokens(state, cost, nowMs, policy)
    : takeOfWindow(state, cost, nowMs, policy)
}

/** The generic cell rate algorithm: a bucket whose state is one number. */
function takeTokens(
  state: RateState,
  cost: number,
  nowMs: number,
  { limit, windowMs, burst }: RatePolicy,
): RateDecision {
  const perToken = windowMs / limit
  const fullAt = Math.max(state.first, nowMs)
  const nextFullAt = fullAt + cost * perToken
  const allowedAt = nextFullAt - burst * perToken
  if (nowMs < allowedAt) {
    const remaining = tokens((nowMs - fullAt) / perToken + burst)
    return refusal(remaining, fullAt - nowMs, cost > burst ? windowMs : allowedAt - nowMs)
  }
  state.first = nextFullAt
  const remaining = tokens((nowMs - allowedAt) / perToken)
  return { isAllowed: true, remaining, resetMs: nextFullAt - nowMs, retryAfterMs: 0 }
}

function takeOfWindow(
  state: RateState,
  cost: number,
  nowMs: number,
  { limit, windowMs }: RatePolicy,
): RateDecision {
  moveWindow(state, nowMs, windowMs)
  const passedMs = nowMs - state.first
  const used = state.previous * (1 - passedMs / windowMs) + state.count
  const resetMs = windowMs - passedMs
  if (used + cost > limit) {
    return refusal(
      tokens(limit - used),
      resetMs,
      waitForWindow(state, cost, passedMs, limit, windowMs),
    )
  }
  state.count += cost
  return { isAllowed: true, remaining: tokens(limit - used - cost), resetMs, retryAfterMs: 0 }
}

function moveWindow(state: RateState, nowMs: number, windowMs: number): void {
  const passed = Math.floor((nowMs - state.first) / windowMs)
  if (passed < 1) return
  state.previous = passed === 1 ? state.count : 0
  state.count = 0
  // A key begins its windows when it is seen, so not all of them end at the same time.
  state.first = passed === 1 ? state.first + windowMs : nowMs
}

/** How long until the weight of what was before has fallen far enough. */
function waitForWindow(
  { count, previous }: RateState,
  cost: number,
  passedMs: number,
  limit: number,
  windowMs: number,
): number {
  if (cost > limit) return windowMs
  const room = limit - cost
  if (count <= room) return Math.max(0, windowMs * (1 - (room - count) / previous) - passedMs)
  return windowMs - passedMs + windowMs * (1 - room / count)
}

function refusal(remaining: number, resetMs: number, retryAfterMs: number): RateDecision {
  return { isAllowed: false, remaining, resetMs, retryAfterMs }
}

/** What binary fractions lose must not cost a whole one. */
function tokens(count: number): number {
  return Math.max(0, Math.floor(count + 1e-9))
}
