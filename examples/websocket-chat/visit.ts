import { timeoutAsync } from '../../src/future/index.ts'
import { TimeoutError } from '../../src/index.ts'
import type { PgPool } from '../../src/pg/index.ts'
import { Reactor } from '../../src/reactor/index.ts'
import { RateLimiter } from '../../src/resilience/index.ts'
import { broadcast, type WebSocket, type WebSocketMessage } from '../../src/websocket/index.ts'
import { findLastId, findMessages, saveMessage } from './database/messages.ts'
import { isOutage } from './database/outage.ts'
import type { Visitor } from './member.ts'
import type { Presence } from './presence.ts'
import {
  CHAT_CLOSE,
  decodeFrame,
  type ErrorCode,
  encodeFrame,
  type Join,
  type Say,
  type ServerFrame,
} from './protocol.ts'

const JOIN_TIMEOUT_MS = 10_000
const HISTORY_LENGTH = 50
const RATE = { perSecond: 5, burst: 20, maxQueue: 0 }
/** Whoever goes on and on after being told to slow down is no person. */
const MAX_REFUSED = 100

/** From the opening of a socket to its close: joining a room, talking, leaving. */
export class Visit {
  readonly #socket: WebSocket
  readonly #room: string
  readonly #topic: string
  readonly #db: PgPool
  readonly #presence: Presence
  readonly #limiter: RateLimiter = new RateLimiter(RATE)
  #refused = 0
  #name = ''

  constructor(
    socket: WebSocket,
    room: string,
    services: { readonly db: PgPool; readonly presence: Presence },
  ) {
    this.#socket = socket
    this.#room = room
    this.#topic = `chat room ${room}`
    this.#db = services.db
    this.#presence = services.presence
  }

  async run(): Promise<void> {
    const messages = this.#socket[Symbol.asyncIterator]()
    try {
      const first = await timeoutAsync(messages.next(), JOIN_TIMEOUT_MS)
      if (first.done === true || !(await this.#join(first.value))) return
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error
      this.#refuse('invalid', 'No join message came', CHAT_CLOSE.NOT_JOINED)
      return
    }
    for await (const message of messages) await this.#take(message)
  }

  /** @returns false if the socket is closed now */
  async #join(message: WebSocketMessage): Promise<boolean> {
    const frame = decodeFrame(message)
    if (typeof frame === 'string' || frame.type !== 'join') {
      const detail = typeof frame === 'string' ? frame : 'The first message must be a join'
      return this.#refuse('invalid', detail, CHAT_CLOSE.NOT_JOINED)
    }
    const visitor = this.#visitor(frame)
    if (!this.#presence.join(this.#room, visitor)) {
      visitor.giveUpName()
      return false
    }
    this.#socket.onClose(() => this.#presence.leave(this.#room, visitor))
    const { coreId: reactor } = Reactor
    this.#name = frame.name
    this.#send({ type: 'welcome', room: this.#room, name: frame.name, reactor })
    // First subscribed, then read: what is said meanwhile comes twice rather than never.
    this.#socket.subscribe(this.#topic)
    this.#socket.subscribe(this.#presence.topicOf(this.#room))
    this.#socket.send(this.#presence.frameOf(this.#room)).ignore()
    if (await this.#sendHistory(frame.after)) return true
    return this.#refuse('unavailable', 'The history is not available', CHAT_CLOSE.TRY_AGAIN_LATER)
  }

  #visitor({ name, session }: Join): Visitor {
    const detail = `Somebody else in this room is called ${name}`
    const giveUpName = () => void this.#refuse('name_taken', detail, CHAT_CLOSE.NAME_TAKEN)
    return { name, session, giveUpName }
  }

  async #take(message: WebSocketMessage): Promise<void> {
    const frame = decodeFrame(message)
    if (typeof frame === 'string') return this.#sendError('invalid', frame)
    if (frame.type === 'join') return this.#sendError('invalid', 'You have joined already')
    const key = frame.type === 'say' ? frame.key : undefined
    if (!this.#limiter.tryAcquire()) return this.#slowDown(key)
    this.#refused = 0
    const isDone =
      frame.type === 'say' ? await this.#say(frame) : await this.#sendHistory(frame.after)
    if (!isDone) this.#sendError('unavailable', 'The database is not available', key)
  }

  #slowDown(key: string | undefined): void {
    this.#sendError('slow_down', 'Too many messages; send it again in a moment', key)
    if (++this.#refused < MAX_REFUSED) return
    this.#socket.close(CHAT_CLOSE.TOO_MANY_MESSAGES, 'Too many messages').ignore()
  }

  /** @returns false if the database is out of reach: whether the message was kept is not known then */
  async #say({ key, text }: Say): Promise<boolean> {
    try {
      const draft = { key, author: this.#name, text }
      const message = await saveMessage(this.#db, this.#room, draft)
      // The sender, too, gets it from here. One that was kept before goes out again: whoever kept it may
      // have died before it was published, and who has it knows it by its id.
      broadcast(this.#topic, encodeFrame({ type: 'message', message }))
      return true
    } catch (error) {
      if (isOutage(error)) return false
      throw error
    }
  }

  /** @returns false if the database is out of reach */
  async #sendHistory(after: number | undefined): Promise<boolean> {
    try {
      const page = { after, limit: HISTORY_LENGTH }
      // In this order: what is said in between is among the messages, and not taken for one that was seen.
      const last = await findLastId(this.#db, this.#room)
      const messages = await findMessages(this.#db, this.#room, page)
      await this.#socket.send(encodeFrame({ type: 'history', messages, last }))
      return true
    } catch (error) {
      if (isOutage(error)) return false
      throw error
    }
  }

  /** Says why, and closes. @returns false */
  #refuse(code: ErrorCode, detail: string, closeCode: number): false {
    this.#sendError(code, detail)
    this.#socket.close(closeCode, code).ignore()
    return false
  }

  #sendError(code: ErrorCode, detail: string, key?: string): void {
    this.#send({ type: 'error', code, detail, ...(key === undefined ? undefined : { key }) })
  }

  #send(frame: ServerFrame): void {
    this.#socket.send(encodeFrame(frame)).ignore()
  }
}
