const SLOTS = 10

/** The outcomes of the last so many milliseconds, to a tenth of them. */
export class OutcomeWindow {
  readonly #slotMs: number
  readonly #calls: number[] = Array.from({ length: SLOTS }, () => 0)
  readonly #failures: number[] = Array.from({ length: SLOTS }, () => 0)
  readonly #slow: number[] = Array.from({ length: SLOTS }, () => 0)
  #slot = 0
  calls = 0
  failures = 0
  slow = 0

  constructor(windowMs: number) {
    this.#slotMs = windowMs / SLOTS
  }

  add(nowMs: number, isFailure: boolean, isSlow: boolean): void {
    this.advance(nowMs)
    const index = this.#slot % SLOTS
    this.#calls[index]! += 1
    this.calls++
    if (isFailure) {
      this.#failures[index]! += 1
      this.failures++
    }
    if (isSlow) {
      this.#slow[index]! += 1
      this.slow++
    }
  }

  /** Forgets what has become too old. */
  advance(nowMs: number): void {
    const slot = Math.floor(nowMs / this.#slotMs)
    const steps = Math.min(slot - this.#slot, SLOTS)
    for (let step = 1; step <= steps; step++) this.#forget((this.#slot + step) % SLOTS)
    this.#slot = Math.max(slot, this.#slot)
  }

  clear(): void {
    for (let index = 0; index < SLOTS; index++) this.#forget(index)
  }

  #forget(index: number): void {
    this.calls -= this.#calls[index]!
    this.failures -= this.#failures[index]!
    this.slow -= this.#slow[index]!
    this.#calls[index] = 0
    this.#failures[index] = 0
    this.#slow[index] = 0
  }
}
