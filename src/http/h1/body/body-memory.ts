/** What all bodies that are still being received may take together. */
export class BodyMemory {
  readonly #limitBytes: number
  #usedBytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  /** @returns false, and nothing is taken, if it would be too much */
  reserve(bytes: number): boolean {
    if (this.#usedBytes + bytes > this.#limitBytes) return false
    this.#usedBytes += bytes
    return true
  }

  release(bytes: number): void {
    this.#usedBytes -= bytes
  }

  get usedBytes(): number {
    return this.#usedBytes
  }
}
