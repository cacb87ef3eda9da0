import { Buffer } from 'node:buffer'
import { write, writeSync } from 'node:fs'
import { systemClock } from '../../core/clock.ts'
import { Deferred, Future } from '../../future/index.ts'

/** Takes lines, each with its line feed: a file descriptor, or a function. */
export type LineTarget = number | ((lines: string) => unknown)

export interface LineWriterSettings {
  readonly target: LineTarget
  /** How long a line waits for others, in milliseconds. */
  readonly maxDelayMs: number
  /** Lines beyond are dropped while the target takes none. */
  readonly maxBufferedBytes: number
}

/** What is written in one go. */
const BATCH_CHARS = 65_536
const RETRY_MS = 20

/**
 * Writes lines in batches: a system call for each would cost more than most requests.
 *
 * One batch is under way at a time; what the target does not take is bounded. What is left when the
 * process exits is written then.
 */
export class LineWriter {
  /** Lines that were dropped, or could not be written. */
  dropped = 0
  readonly #settings: LineWriterSettings
  #lines: string[] = []
  #chars = 0
  #isDue = false
  #isWriting = false
  #idle: Deferred<void> | undefined
  #watchesExit = false

  constructor(settings: LineWriterSettings) {
    this.#settings = settings
  }

  add(line: string): void {
    if (this.#chars + line.length > this.#settings.maxBufferedBytes) {
      this.dropped++
      return
    }
    this.#lines.push(line)
    this.#chars += line.length + 1
    if (this.#chars >= BATCH_CHARS) this.#write()
    else if (!this.#isDue) this.#wait(this.#settings.maxDelayMs)
  }

  /** @returns ready when all lines so far are written, or dropped */
  flush(): Future<void> {
    if (this.#lines.length === 0 && !this.#isWriting) return Future.ready()
    this.#idle ??= new Deferred<void>()
    const { future } = this.#idle
    this.#write()
    return future
  }

  #wait(delayMs: number): void {
    this.#isDue = true
    if (!this.#watchesExit) {
      this.#watchesExit = true
      process.once('exit', () => this.#writeRest())
    }
    systemClock
      .setTimer(delayMs, () => {
        this.#isDue = false
        this.#write()
      })
      .unref()
  }

  #write(): void {
    if (this.#isWriting || this.#lines.length === 0) return
    const { target } = this.#settings
    const count = this.#lines.length
    const text = this.#take()
    this.#isWriting = true
    if (typeof target === 'number') {
      this.#writeBytes(target, Buffer.from(text), 0, count)
      return
    }
    Future.try(() => target(text)).then(
      () => this.#written(),
      () => this.#lost(count),
    )
  }

  #writeBytes(fd: number, bytes: Buffer, from: number, count: number): void {
    write(fd, bytes, from, bytes.length - from, null, (error, length) => {
      const end = from + length
      if (error === null && end === bytes.length) this.#written()
      else if (error === null) this.#writeBytes(fd, bytes, end, count)
      else if (error.code === 'EAGAIN') {
        systemClock.setTimer(RETRY_MS, () => this.#writeBytes(fd, bytes, from, count))
      } else this.#lost(count)
    })
  }

  #lost(count: number): void {
    this.dropped += count
    this.#written()
  }

  #written(): void {
    this.#isWriting = false
    if (this.#chars >= BATCH_CHARS || this.#idle !== undefined) this.#write()
    if (this.#isWriting || this.#lines.length > 0) return
    const idle = this.#idle
    this.#idle = undefined
    idle?.resolve()
  }

  #take(): string {
    const text = `${this.#lines.join('\n')}\n`
    this.#lines = []
    this.#chars = 0
    return text
  }

  #writeRest(): void {
    const { target } = this.#settings
    if (this.#lines.length === 0) return
    const text = this.#take()
    try {
      if (typeof target === 'number') writeSync(target, text)
      else target(text)
    } catch {
      // The process exits: there is nobody left to tell.
    }
  }
}
