/** When a reactor that died is started again, and when the supervisor gives up. */
export interface RestartSettings {
  /** Deaths of one reactor within the window that are put up with. */
  readonly maxCrashes: number
  readonly windowMs: number
  /** Wait before the first restart; doubled by each further death within the window. */
  readonly backoffMs: number
  readonly maxBackoffMs: number
}

/**
 * Decides after each death of one reactor: exponential backoff with jitter, until there were too
 * many within the window.
 *
 * A reactor that lived for a whole window is healthy: the next death counts as its first.
 */
export class RestartPolicy {
  readonly #settings: RestartSettings
  readonly #random: () => number
  #crashesMs: number[] = []

  /** @param random - numbers in [0, 1) */
  constructor(settings: RestartSettings, random: () => number = Math.random) {
    this.#settings = settings
    this.#random = random
  }

  /** Deaths within the window, as of the last one. */
  get recentCrashes(): number {
    return this.#crashesMs.length
  }

  /**
   * Counts a death.
   *
   * @param nowMs - on a monotonic clock
   * @returns milliseconds to wait before the restart, or undefined: give up
   */
  onCrash(nowMs: number): number | undefined {
    const { maxCrashes, windowMs, backoffMs, maxBackoffMs } = this.#settings
    this.#crashesMs = this.#crashesMs.filter((atMs) => nowMs - atMs < windowMs)
    this.#crashesMs.push(nowMs)
    if (this.#crashesMs.length > maxCrashes) return undefined
    const fullMs = Math.min(maxBackoffMs, backoffMs * 2 ** (this.#crashesMs.length - 1))
    // Half of it at random: reactors that died of one cause must not all come back at one moment.
    return fullMs * (0.5 + this.#random() / 2)
  }
}
