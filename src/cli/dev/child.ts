import { type ChildProcess, fork } from 'node:child_process'
import type { Socket } from 'node:net'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Explanation } from '../terminal/explanation.ts'
import type { DevCommand, DevReport, DevSettings, ServedApp, WatchedFile } from './messages.ts'

const MAIN = new URL(`./child-main${extname(import.meta.url)}`, import.meta.url)

/** How long a process that was told to stop may take beyond what its requests may. */
const STOP_MARGIN_MS = 500

export interface DevChildEvents {
  onLoaded(file: WatchedFile): void
  onServing(app: ServedApp): void
  /** It has ended, and nobody asked it to. @param explanation - if it could say why */
  onDeath(explanation: Explanation | undefined, how: string): void
  /** Connections that it was sent and has not taken: they are as they were. */
  onReturned(sockets: readonly Socket[]): void
}

/** One process that runs the app as it is now. */
export class DevChild {
  readonly #process: ChildProcess
  readonly #ended: Promise<void>
  readonly #events: DevChildEvents
  readonly #underway: Socket[] = []
  #explanation: Explanation | undefined
  #isStopping = false

  /**
   * Starts Node, and loads what does not depend on the files of the app.
   *
   * @param modules - of this package, which the app has loaded the last time
   */
  constructor(
    { nodeOptions, envFile }: { nodeOptions: readonly string[]; envFile: string | undefined },
    modules: readonly string[],
    events: DevChildEvents,
  ) {
    this.#events = events
    this.#process = fork(fileURLToPath(MAIN), [], {
      execArgv: [...process.execArgv, ...nodeOptions],
      serialization: 'advanced',
    })
    this.#process.on('message', (report: DevReport) => this.#onReport(report))
    this.#process.on('error', () => {})
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#ended = promise
    this.#process.once('close', (code, signal) => {
      events.onReturned(this.#underway.splice(0))
      resolve()
      const how = signal === null ? `with exit code ${code}` : `by ${signal}`
      if (!this.#isStopping) events.onDeath(this.#explanation, how)
    })
    this.#send({ type: 'prepare', envFile, modules })
  }

  /** Loads the app as its files are now, and serves it. */
  begin(settings: DevSettings): void {
    this.#send({ type: 'begin', settings })
  }

  accept(socket: Socket): void {
    this.#underway.push(socket)
    this.#process.send({ type: 'connection' } satisfies DevCommand, socket, KEEP_OPEN, () => {})
  }

  /**
   * Lets requests in flight finish, and stops the app.
   *
   * @param timeoutMs - what is still open then is cut off; a process that does not end is killed
   * @returns ready when the process has ended
   */
  stop(timeoutMs: number): Promise<void> {
    this.#isStopping = true
    this.#send({ type: 'stop', timeoutMs })
    const killer = setTimeout(() => this.kill(), timeoutMs + STOP_MARGIN_MS)
    return this.#ended.finally(() => clearTimeout(killer))
  }

  kill(): void {
    this.#isStopping = true
    this.#process.kill('SIGKILL')
  }

  #send(command: DevCommand): void {
    // What fails to leave finds no process, whose end is reported anyway.
    if (this.#process.connected) this.#process.send(command, () => {})
  }

  #onReport(report: DevReport): void {
    switch (report.type) {
      case 'taken':
        this.#underway.shift()?.destroy()
        return
      case 'loaded':
        this.#events.onLoaded(report.file)
        return
      case 'failed':
        this.#explanation = report.explanation
        return
      case 'serving':
        this.#events.onServing(report)
        return
    }
  }
}

/** The process may die before it takes the socket: then it is for the next one. */
const KEEP_OPEN = { keepOpen: true } as const
