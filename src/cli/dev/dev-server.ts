import { createServer, type Server, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { CliError } from '../errors.ts'
import type { Explanation } from '../terminal/explanation.ts'
import { DevChild } from './child.ts'
import { FailureServer } from './failure-server.ts'
import type { DevSettings, ServedApp } from './messages.ts'
import { FileWatcher } from './watcher.ts'

/** Its modules change only with an update, and need not be watched. */
const PACKAGE = fileURLToPath(new URL('../../', import.meta.url))

/** Connections that wait for the app; more are closed. */
const MOST_WAITING = 1024

export interface DevServerOptions extends DevSettings {
  /** For Node, before the program. */
  readonly nodeOptions: readonly string[]
  /** Requests in flight get so long when a file changes. */
  readonly graceMs: number
  /** Watched besides what the app loads. */
  readonly watched: readonly string[]
}

export interface DevServerEvents {
  /** @param elapsedMs - since the change, or the start */
  onServing(app: ServedApp, elapsedMs: number): void
  onChange(files: readonly string[]): void
  onFailure(explanation: Explanation): void
}

/**
 * Holds the port while processes come and go that run the app as its files are now.
 *
 * A connection that comes in between waits for the next process; if that does not start, it is told
 * why.
 */
export class DevServer {
  readonly #options: DevServerOptions
  readonly #events: DevServerEvents
  readonly #listener: Server
  readonly #watcher: FileWatcher
  readonly #failures: FailureServer = new FailureServer()
  readonly #waiting: Socket[] = []
  /** Of this package, loaded by the app. */
  readonly #modules: Set<string> = new Set()
  #child: DevChild | undefined
  /** Waits for the next change with everything loaded that does not depend on it. */
  #spare: DevChild | undefined
  /** What becomes of connections: they wait, or are for the child, or for who tells of the failure. */
  #state: 'starting' | 'serving' | 'failed' = 'starting'
  #startedMs = 0
  #isClosed = false
  #isReplacing = false
  #isStale = false

  private constructor(listener: Server, options: DevServerOptions, events: DevServerEvents) {
    this.#options = options
    this.#events = events
    this.#listener = listener
    this.#watcher = new FileWatcher((files) => this.#onChange(files))
    for (const path of options.watched) this.#watcher.addPath(path)
    listener.on('connection', (socket) => this.#route(socket))
  }

  /**
   * Takes the port, and starts the app.
   *
   * @returns fails with {@link CliError} if the port cannot be had
   */
  static async start(options: DevServerOptions, events: DevServerEvents): Promise<DevServer> {
    const listener = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true })
    const port = await listen(listener, options)
    const server = new DevServer(listener, { ...options, port }, events)
    void server.#replace()
    return server
  }

  /** The one asked for, or the free one that was found. */
  get port(): number {
    return this.#options.port
  }

  /** How many files are watched. */
  get watchedFiles(): number {
    return this.#watcher.size
  }

  /** Lets requests in flight finish, and stops the app. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#watcher.close()
    this.#listener.close()
    for (const socket of this.#waiting.splice(0)) socket.destroy()
    this.#failures.close()
    this.#dropSpare()
    await this.#child?.stop(this.#options.graceMs)
  }

  /** Ends the process at once. */
  kill(): void {
    this.#child?.kill()
  }

  #dropSpare(): void {
    this.#spare?.kill()
    this.#spare = undefined
  }

  #onChange(files: readonly string[]): void {
    // It has read the environment as it was.
    const { envFile } = this.#options
    if (envFile !== undefined && files.includes(envFile)) this.#dropSpare()
    this.#events.onChange(files)
    void this.#replace()
  }

  /** One after the other: what the app holds is free before it is asked for again. */
  async #replace(): Promise<void> {
    this.#isStale = true
    this.#startedMs = performance.now()
    // What is starting was read before the change.
    if (this.#state === 'starting') this.#child?.kill()
    if (this.#isReplacing) return
    this.#isReplacing = true
    while (this.#isStale && !this.#isClosed) {
      this.#isStale = false
      this.#state = 'starting'
      const last = this.#child
      const next = this.#spare ?? this.#createChild()
      this.#spare = undefined
      await last?.stop(this.#options.graceMs)
      this.#child = next
      if (this.#isClosed) next.kill()
      else if (!this.#isStale) next.begin(this.#options)
    }
    this.#isReplacing = false
  }

  #createChild(): DevChild {
    const child: DevChild = new DevChild(this.#options, [...this.#modules], {
      onLoaded: (loaded) => {
        if (loaded.file.startsWith(PACKAGE)) this.#modules.add(loaded.file)
        else this.#watcher.add(loaded)
      },
      onServing: (app) => {
        if (child === this.#child && !this.#isStale) this.#serve(app)
      },
      onDeath: (explanation, how) => {
        if (child === this.#spare) this.#spare = undefined
        if (child === this.#child && !this.#isStale) this.#fail(explanation ?? died(how))
      },
      onReturned: (sockets) => {
        for (const socket of sockets) this.#route(socket)
      },
    })
    return child
  }

  #serve(app: ServedApp): void {
    this.#state = 'serving'
    this.#events.onServing(app, performance.now() - this.#startedMs)
    this.#routeWaiting()
    this.#keepSpare()
  }

  #fail(explanation: Explanation): void {
    this.#state = 'failed'
    this.#failures.explanation = explanation
    this.#events.onFailure(explanation)
    this.#routeWaiting()
    this.#keepSpare()
  }

  /** A debugger's port is only for one process. */
  #keepSpare(): void {
    if (this.#options.nodeOptions.length === 0) this.#spare ??= this.#createChild()
  }

  #routeWaiting(): void {
    for (const socket of this.#waiting.splice(0)) this.#route(socket)
  }

  #route(socket: Socket): void {
    if (this.#isClosed) socket.destroy()
    else if (this.#state === 'serving') this.#child?.accept(socket)
    else if (this.#state === 'starting') this.#wait(socket)
    // A page in the clear says nothing to a client that expects TLS.
    else if (this.#options.tls === undefined) this.#failures.accept(socket)
    else socket.destroy()
  }

  #wait(socket: Socket): void {
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(socket)
    else socket.destroy()
  }
}

function died(how: string): Explanation {
  const message = `The process of the app ended ${how}`
  return { message, hint: undefined, frame: undefined, trace: [], cause: undefined }
}

function listen(listener: Server, { host, port }: DevSettings): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  listener.once('error', (cause: NodeJS.ErrnoException) => {
    const isTaken = cause.code === 'EADDRINUSE'
    const reason = isTaken
      ? 'is taken: give another one with --port'
      : `cannot be had: ${cause.message}`
    reject(new CliError(`Port ${port} of ${host} ${reason}`))
  })
  listener.listen(port, host, () => {
    const address = listener.address()
    listener.removeAllListeners('error')
    // Failures to accept (too many open files) pass; the system offers the connection again.
    listener.on('error', () => {})
    resolve(typeof address === 'object' && address !== null ? address.port : port)
  })
  return promise
}
