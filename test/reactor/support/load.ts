import { connect, type Socket } from 'node:net'

const HEAD = 'GET /who HTTP/1.1\r\nHost: x\r\n'
const REQUESTS = { keep: `${HEAD}\r\n`, short: `${HEAD}Connection: close\r\n\r\n` } as const

/** A request without a complete answer. */
export interface Lost {
  readonly why: string
  /** Core that had answered before on this connection; undefined: it was a new one. */
  readonly core: number | undefined
}

/** What became of the requests of a load. */
export interface LoadReport {
  answered: number
  readonly lost: Lost[]
}

/** Constant load on one address: each client sends its next request when it has its answer. */
export class Load {
  readonly report: LoadReport = { answered: 0, lost: [] }
  readonly #target: { readonly port: number; readonly host: string } | { readonly path: string }
  readonly #clients: Promise<void>[]
  #isStopping = false

  /** @param clients - of each kind: one connection kept alive, and one connection a request */
  constructor(target: { port: number } | { path: string }, clients: number) {
    this.#target = 'port' in target ? { ...target, host: '127.0.0.1' } : target
    this.#clients = Array.from({ length: clients }, () => [
      this.#run(REQUESTS.keep),
      this.#run(REQUESTS.short),
    ]).flat()
  }

  /** Waits until so many more requests are answered. */
  async answers(count: number): Promise<void> {
    const goal = this.report.answered + count
    while (this.report.answered < goal) await new Promise((resolve) => setTimeout(resolve, 2))
  }

  async stop(): Promise<LoadReport> {
    this.#isStopping = true
    await Promise.all(this.#clients)
    return this.report
  }

  async #run(request: string): Promise<void> {
    let socket: Socket | undefined
    let core: number | undefined
    while (!this.#isStopping) {
      if (socket === undefined) {
        socket = connect(this.#target).on('error', () => {})
        core = undefined
      }
      const answer = await exchange(socket, request)
      const isWhole = answer.startsWith('HTTP/1.1 200 ')
      if (isWhole) {
        this.report.answered++
        core = Number(/"coreId":(\d+)/.exec(answer)?.[1])
      } else {
        this.report.lost.push({ why: answer, core })
        // Whoever cannot be reached at all must not be asked a thousand times a millisecond.
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      if (isWhole && !/connection: close/i.test(answer)) continue
      socket.destroy()
      socket = undefined
    }
    socket?.destroy()
  }
}

/** @returns the answer, or why there is none */
function exchange(socket: Socket, request: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    let failure: string | undefined
    const finish = (result: string): void => {
      socket.off('data', onData).off('error', onError).off('close', onClose)
      resolve(result)
    }
    const onData = (chunk: Buffer): void => {
      answer += chunk.toString('latin1')
      const bodyStart = answer.indexOf('\r\n\r\n') + 4
      const length = Number(/content-length: (\d+)/.exec(answer)?.[1])
      if (bodyStart >= 4 && answer.length >= bodyStart + length) finish(answer)
    }
    const onError = (error: NodeJS.ErrnoException): void => {
      failure = error.code ?? error.message
    }
    const onClose = (): void => finish(failure ?? `closed after ${answer.length} bytes`)
    socket.on('data', onData).on('error', onError).on('close', onClose)
    socket.write(request)
  })
}
