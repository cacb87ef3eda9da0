import type { Buffer } from 'node:buffer'
import * as http from 'node:http'
import { Duplex } from 'node:stream'
import { HttpResponse, HttpServer } from '../../../src/http/index.ts'
import { WireSocket } from '../support/wire-socket.ts'

/** What a server has made of a run of bytes. */
export interface Observation {
  /** The requests that came whole, with their bodies, each as one text. */
  readonly requests: readonly string[]
  /** Why the rest was refused; undefined if it was not. */
  readonly refusal: string | undefined
  /** What was sent, without dates and interim responses. */
  readonly sent: string
}

function describe(
  method: string,
  target: string,
  fields: Iterable<readonly [string, string]>,
  body: string,
): string {
  let text = `${method} ${target}`
  for (const [name, value] of fields) text += `\n${name}: ${value}`
  return `${text}\n\n${body}`
}

/** Feeds connections of our server without a network. */
export class OurServer {
  readonly #server: HttpServer
  #requests: string[] = []
  #places = 0

  constructor() {
    this.#server = new HttpServer((request) => {
      const requests = this.#requests
      const place = this.#places++
      return request.bytes().then((bytes) => {
        const body = (bytes as Buffer).toString('latin1')
        // Bodies that came at once are ready before those of earlier requests.
        requests[place] = describe(request.method, request.target, request.headers(), body)
        return new HttpResponse(200, `${request.method} ${bytes.length}`)
      })
    })
    this.#server.open()
  }

  /** Sends the pieces, and FIN behind them. */
  async observe(pieces: readonly Buffer[]): Promise<Observation> {
    const requests: string[] = []
    this.#requests = requests
    this.#places = 0
    const socket = new WireSocket()
    this.#server.accept(socket.asSocket)
    for (const piece of pieces) {
      socket.receive(piece)
      // The run queue has used up its time, or the connection reads no more for now.
      while (!socket.pump()) await nextTurn()
    }
    socket.receiveEnd()
    for (let turn = 0; !socket.pump() || !socket.isClosed; turn++) {
      if (turn > 1000) throw new Error('The connection hangs')
      await nextTurn()
    }
    const sent = normalized(socket.sent)
    return { requests, refusal: refusalIn(sent), sent }
  }

  close(): PromiseLike<void> {
    return this.#server.close({ timeoutMs: 0 })
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function normalized(sent: string): string {
  return sent.replaceAll(/date: [^\r]*\r\n/g, '').replaceAll('HTTP/1.1 100 Continue\r\n\r\n', '')
}

/** The detail of the response that is no success: the last one, then. */
function refusalIn(sent: string): string | undefined {
  const at = sent.lastIndexOf('{"detail":')
  return at === -1 ? undefined : (JSON.parse(sent.slice(at)) as { detail: string }).detail
}

/** Gathers the body in the turn it is parsed, where the stream of `node:http` waits for the next. */
class WholeMessage extends http.IncomingMessage {
  text = ''
  isWhole = false
  onWhole: (() => void) | undefined

  override push(chunk: Buffer | null): boolean {
    if (chunk !== null) this.text += chunk.toString('latin1')
    else {
      this.isWhole = true
      this.onWhole?.()
    }
    return true
  }
}

/** A connection of `node:http` that is fed by hand. */
class PeerSocket extends Duplex {
  #onData: ((bytes: Buffer) => void) | undefined

  constructor() {
    super({ autoDestroy: false, emitClose: false })
  }

  override on(event: string, listener: (...args: never[]) => void): this {
    if (event === 'data') {
      this.#onData = listener as (bytes: Buffer) => void
      return this
    }
    return super.on(event, listener as (...args: unknown[]) => void)
  }

  feed(bytes: Buffer): void {
    this.#onData?.(bytes)
  }

  setTimeout(): this {
    return this
  }

  override _read(): void {}

  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done()
  }
}

/** Feeds connections of `node:http`, which means llhttp, without a network. */
export class NodeServer {
  readonly #server: http.Server<typeof WholeMessage>
  #requests: string[] = []
  #refusal: string | undefined

  constructor() {
    this.#server = http.createServer({ IncomingMessage: WholeMessage, joinDuplicateHeaders: false })
    this.#server.on('request', (message) => {
      const requests = this.#requests
      const onWhole = (): void => {
        requests.push(describe(message.method!, message.url!, fieldsOf(message), message.text))
      }
      if (message.isWhole) onWhole()
      else message.onWhole = onWhole
    })
    this.#server.on('clientError', (error: NodeJS.ErrnoException) => {
      this.#refusal = error.code
    })
  }

  observe(bytes: Buffer): Observation {
    const requests: string[] = []
    this.#requests = requests
    this.#refusal = undefined
    const socket = new PeerSocket()
    this.#server.emit('connection', socket)
    socket.feed(bytes)
    const refusal = this.#refusal
    socket.emit('close')
    return { requests, refusal, sent: '' }
  }
}

function* fieldsOf(message: http.IncomingMessage): Iterable<readonly [string, string]> {
  const { rawHeaders } = message
  for (let index = 0; index < rawHeaders.length; index += 2) {
    yield [rawHeaders[index]!.toLowerCase(), rawHeaders[index + 1]!]
  }
}
