import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A program of the tests in a process of its own, and all it has printed. */
export class TestProcess {
  static readonly #running = new Set<ChildProcess>()
  readonly #child: ChildProcess
  #output = ''

  constructor(file: string | URL, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const path = file instanceof URL ? file.pathname : file
    this.#child = spawn(process.execPath, [path, ...args], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    TestProcess.#running.add(this.#child)
    this.#child.once('exit', () => TestProcess.#running.delete(this.#child))
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text
      })
    }
  }

  /** Ends what a failed test has left behind. */
  static killAll(): void {
    for (const child of TestProcess.#running) child.kill('SIGKILL')
  }

  get output(): string {
    return this.#output
  }

  /** The lines it has printed, but for what the debug mode says. */
  get lines(): string[] {
    const lines = this.#output.trim().split('\n')
    return lines.filter((line) => !line.startsWith('FASTERAPI_DEBUG'))
  }

  /** Waits until it has printed this, at most 20 s. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    const deadlineMs = performance.now() + 20_000
    for (;;) {
      const match = pattern.exec(this.#output)
      if (match !== null) return match
      if (performance.now() > deadlineMs) throw new Error(`No ${pattern} in: ${this.#output}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  /** The address it serves. */
  async url(): Promise<string> {
    const [, url = ''] = await this.until(/serves (http:[^,\s]+)/)
    return url
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async exitCode(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, 'close')
    return this.#child.exitCode
  }
}
