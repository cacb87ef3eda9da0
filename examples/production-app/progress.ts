/** Says what takes long, and how long it took: one line a step, rewritten on a terminal, plain elsewhere. */
export class Progress {
  readonly #out: NodeJS.WriteStream
  #what: string | undefined
  #startMs = 0

  constructor(out: NodeJS.WriteStream = process.stdout) {
    this.#out = out
  }

  /** Begins a step; the one before is done. */
  begin(what: string): void {
    this.done()
    this.#what = what
    this.#startMs = performance.now()
    this.#out.write(this.#out.isTTY ? `  ${what} ...` : `  ${what} ...\n`)
  }

  /** Ends the step under way, if there is one. */
  done(): void {
    if (this.#what === undefined) return
    const seconds = ((performance.now() - this.#startMs) / 1000).toFixed(1)
    this.#out.write(`${this.#out.isTTY ? '\r\x1b[K' : ''}  ${this.#what}: ${seconds} s\n`)
    this.#what = undefined
  }
}
