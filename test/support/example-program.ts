import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const EXAMPLES = new URL('../../examples/', import.meta.url)

/** An example as a process of its own. */
export class ExampleProgram {
  static readonly #running = new Set<ChildProcess>()
  readonly #child: ChildProcess
  #output = ''

  /** Ends what a failed test has left behind. */
  static killAll(): void {
    for (const child of ExampleProgram.#running) child.kill('SIGKILL')
  }

  /** @param main - its main module, below `examples` */
  constructor(main: string, environment: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, [fileURLToPath(new URL(main, EXAMPLES))], {
      env: { ...process.env, PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    ExampleProgram.#running.add(this.#child)
    this.#child.once('exit', () => ExampleProgram.#running.delete(this.#child))
    const keep = (text: Buffer) => {
      this.#output += text.toString()
    }
    this.#child.stdout?.on('data', keep)
    this.#child.stderr?.on('data', keep)
  }

  get output(): string {
    return this.#output
  }

  /** @returns the address it serves */
  async url(): Promise<string> {
    return (await this.untilOutput(/serves (http:\S+),/))[1] ?? ''
  }

  /** Waits until it has written what fits; fails if it ends before. */
  async untilOutput(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#output)
      if (match !== null) return match
      assert.equal(this.#child.exitCode, null, this.#output)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  async exitCode(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, 'exit')
    return this.#child.exitCode
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.signal(signal)
    return this.exitCode()
  }
}
