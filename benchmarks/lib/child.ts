import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'

/** What the child said on one line of standard output: a JSON object. */
export type Reply = Readonly<Record<string, unknown>>

/** How long a child may take to start or to answer, in milliseconds. */
const ANSWER_TIMEOUT_MS = 120_000

/**
 * A contestant in a process of its own: it prints one JSON line when ready, then one per command.
 *
 * Whatever it prints on standard error becomes part of the message when it dies.
 */
export class Child {
  readonly ready: Reply
  readonly pid: number
  readonly #process: ChildProcess
  readonly #lines: LineReader

  private constructor(process: ChildProcess, pid: number, lines: LineReader, ready: Reply) {
    this.#process = process
    this.pid = pid
    this.#lines = lines
    this.ready = ready
  }

  /**
   * Starts the command and waits for its first line.
   *
   * @throws {Error} if it exits first, or says nothing for two minutes
   */
  static async start(
    command: readonly [string, ...string[]],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Child> {
    const [program, ...args] = command
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const lines = new LineReader(child, command.join(' '))
    try {
      const ready = await lines.next()
      // A process that has spoken has an id.
      return new Child(child, child.pid!, lines, ready)
    } catch (error) {
      child.kill('SIGKILL')
      throw error
    }
  }

  /** Sends one command and waits for its answer. */
  ask<Answer extends object = Reply>(command: Reply): Promise<Answer> {
    this.#process.stdin?.write(`${JSON.stringify(command)}\n`)
    return this.#lines.next<Answer>()
  }

  /** Contestants are throwaway: nothing of theirs is worth a graceful stop. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const exited = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await exited
  }
}

class LineReader {
  readonly #iterator: AsyncIterator<string>
  readonly #what: string
  #failure: Error | undefined
  #stderr = ''

  constructor(child: ChildProcess, what: string) {
    const { stdout, stderr } = child
    if (stdout === null || stderr === null) throw new TypeError('The child has no pipes')
    const lines: Interface = createInterface({ input: stdout })
    this.#iterator = lines[Symbol.asyncIterator]()
    this.#what = what
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-2_000)
    })
    child.on('error', (error) => {
      this.#failure = error
      lines.close()
    })
  }

  async next<Answer extends object = Reply>(): Promise<Answer> {
    const timeout = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => timeout.reject(new Error(`No answer in ${ANSWER_TIMEOUT_MS} ms from: ${this.#what}`)),
      ANSWER_TIMEOUT_MS,
    )
    try {
      const line = await Promise.race([this.#iterator.next(), timeout.promise])
      if (line.done === true) throw this.#failure ?? new Error(this.#lastWords())
      const reply: Answer = JSON.parse(line.value)
      return reply
    } finally {
      clearTimeout(timer)
    }
  }

  #lastWords(): string {
    const lines = this.#stderr.trim().split('\n')
    const complaint = lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1)
    return complaint || `${this.#what} ended without a word`
  }
}
