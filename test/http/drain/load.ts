import { once } from 'node:events'
import * as net from 'node:net'

/** How a client uses its connection. */
export type ClientKind = 'sequential' | 'pipelining' | 'posting'

/** Requests a pipelining client has under way at most. */
const DEPTH = 8
const BODY = 'y'.repeat(300)
const HEAD_END = '\r\n\r\n'

/** One connection of the load: it knows of each request what has become of it. */
class LoadClient {
  readonly #socket: net.Socket
  readonly #kind: ClientKind
  readonly #waiting: string[] = []
  #received = ''
  #count = 0
  answered = 0
  /** Answers that were cut short, or not those that were asked for. */
  broken = 0
  /** Requests behind a response that said `connection: close`: nobody has handled them. */
  unsent = 0
  /** Requests without an answer, although no response had said that the connection ends. */
  lost = 0
  isClosing = false
  readonly ended: Promise<unknown>

  constructor(port: number, kind: ClientKind) {
    this.#kind = kind
    this.#socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.setEncoding('latin1')
    this.#socket.on('data', (text: string) => this.#read(text))
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => this.#judge())
    this.ended = once(this.#socket, 'close')
  }

  connected(): Promise<unknown> {
    return once(this.#socket, 'connect')
  }

  /** @returns false if it has to wait for answers first, or sends no more */
  send(number: number): boolean {
    const limit = this.#kind === 'pipelining' ? DEPTH : 1
    if (this.isClosing || this.#waiting.length >= limit) return false
    const path = `${this.#count++ % 3 === 0 ? '/later' : '/now'}/${number}`
    if (this.#kind === 'posting') this.#post(path)
    else {
      this.#waiting.push(path)
      this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
    }
    return true
  }

  /** In two pieces, so that the server has half a request now and then. */
  #post(path: string): void {
    this.#waiting.push(`${path} ${BODY.length}`)
    const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${BODY.length}\r\n\r\n`
    this.#socket.write(head + BODY.slice(0, 100))
    setImmediate(() => this.#socket.write(BODY.slice(100)))
  }

  #read(text: string): void {
    this.#received += text
    for (;;) {
      const headEnd = this.#received.indexOf(HEAD_END)
      if (headEnd === -1) return
      const head = this.#received.slice(0, headEnd)
      const end = headEnd + HEAD_END.length + Number(/content-length: (\d+)/.exec(head)?.[1])
      if (this.#received.length < end) return
      this.#take(head, this.#received.slice(headEnd + HEAD_END.length, end))
      this.#received = this.#received.slice(end)
    }
  }

  #take(head: string, body: string): void {
    const expected = this.#waiting.shift()
    const isWhole = head.startsWith('HTTP/1.1 200') && body === `${expected} ${'x'.repeat(1000)}`
    if (isWhole && !this.isClosing) this.answered++
    else this.broken++
    if (!head.includes('connection: close')) return
    this.isClosing = true
    this.unsent = this.#waiting.splice(0).length
    this.#socket.end()
  }

  #judge(): void {
    if (this.#received !== '') this.broken++
    this.lost = this.#waiting.length
    this.isClosing = true
  }
}

/** What has become of all requests of a load. */
export interface LoadReport {
  readonly answered: number
  readonly broken: number
  readonly lost: number
  readonly unsent: number
  readonly perSecond: number
}

/** Sends requests at a constant rate over many connections, until the server has closed them all. */
export class Load {
  readonly #clients: readonly LoadClient[]
  readonly #perSecond: number
  #startMs = 0
  #sent = 0
  #timer: NodeJS.Timeout | undefined

  private constructor(clients: readonly LoadClient[], perSecond: number) {
    this.#clients = clients
    this.#perSecond = perSecond
  }

  static async start(port: number, kinds: readonly ClientKind[], perSecond: number): Promise<Load> {
    const clients = kinds.map((kind) => new LoadClient(port, kind))
    await Promise.all(clients.map((client) => client.connected()))
    const load = new Load(clients, perSecond)
    load.#startMs = performance.now()
    load.#timer = setInterval(() => load.#sendDue(), 1)
    return load
  }

  /** Waits until every connection is closed. */
  async end(): Promise<LoadReport> {
    await Promise.all(this.#clients.map((client) => client.ended))
    clearInterval(this.#timer)
    const sum = (name: 'answered' | 'broken' | 'lost' | 'unsent'): number =>
      this.#clients.reduce((total, client) => total + client[name], 0)
    return {
      answered: sum('answered'),
      broken: sum('broken'),
      lost: sum('lost'),
      unsent: sum('unsent'),
      perSecond: (this.#sent * 1000) / (this.#lastSentMs - this.#startMs),
    }
  }

  #lastSentMs = 0

  #sendDue(): void {
    const nowMs = performance.now()
    const due = Math.floor(((nowMs - this.#startMs) * this.#perSecond) / 1000)
    let refusals = 0
    for (let turn = this.#sent; this.#sent < due && refusals < this.#clients.length; turn++) {
      if (this.#clients[turn % this.#clients.length]!.send(this.#sent)) {
        this.#sent++
        refusals = 0
        this.#lastSentMs = nowMs
      } else refusals++
    }
  }
}
