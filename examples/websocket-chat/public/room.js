import { Connection } from './connection.js'
import { Outbox } from './outbox.js'
import { Timeline } from './timeline.js'

/** What is said in one turn on two cores arrives together; what is missing for so long must be asked for. */
const GAP_MS = 1_000
/** The server says "slow down" or "not now": so long. */
const RETRY_MS = 1_500
/** A message that is not confirmed for so long went into a dead connection. */
const CONFIRM_MS = 10_000
const PAGE = 50

/** One's stay in a room: keeps the connection, the order of messages, and what is still to be sent. */
export class Room {
  #name
  #visitor
  #view
  #timeline = new Timeline()
  #outbox
  #connection
  #isJoined = false
  /** Key of the message that was sent and is not confirmed. */
  #sent
  #timers = new Map()

  /** @param visitor - `{ name, session }` */
  constructor(name, visitor, view) {
    this.#name = name
    this.#visitor = visitor
    this.#view = view
    this.#outbox = new Outbox(sessionStorage, `outbox ${name}`)
    for (const draft of this.#outbox.drafts) view.addDraft(draft)
    const url = new URL(`/rooms/${name}/socket`, location.href)
    url.protocol = url.protocol.replace('http', 'ws')
    this.#connection = new Connection(url, {
      onOpen: () => this.#join(),
      onFrame: (frame) => this.#take(frame),
      onLost: (delayMs) => this.#lost(delayMs),
      onRefused: (code) => this.#refused(code),
    })
  }

  say(text) {
    this.#view.addDraft(this.#outbox.add(text))
    this.#sendNext()
  }

  /** @returns messages before the one with that id */
  async earlier(id) {
    const response = await fetch(`/rooms/${this.#name}/messages?before=${id}&limit=${PAGE}`)
    if (!response.ok) throw new Error(`The server answered ${response.status}`)
    return (await response.json()).messages
  }

  leave() {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#connection.close()
  }

  #join() {
    const after = this.#timeline.last
    const resume = after === undefined ? {} : { after }
    this.#connection.send({ type: 'join', ...this.#visitor, ...resume })
  }

  #lost(delayMs) {
    this.#isJoined = false
    this.#sent = undefined
    this.#cancel('confirm')
    this.#view.showStatus('offline', delayMs > 2_000 ? 'Offline, trying again' : 'Reconnecting')
  }

  #refused(code) {
    this.#isJoined = false
    this.#view.showRefusal(code)
  }

  #take(frame) {
    switch (frame.type) {
      case 'welcome':
        this.#isJoined = true
        this.#connection.settled()
        this.#view.showStatus('online', 'Connected', frame.reactor)
        break
      case 'presence':
        this.#view.showPresence(frame.names, frame.count)
        break
      case 'history':
        this.#takeHistory(frame)
        break
      case 'message':
        this.#show(this.#timeline.add(frame.message), [frame.message])
        break
      case 'error':
        this.#takeError(frame)
        break
    }
  }

  #takeHistory({ messages, last }) {
    const isFirst = this.#timeline.last === undefined
    this.#show(this.#timeline.addHistory(messages), messages)
    if (isFirst) this.#view.showStart(this.#timeline.last === 0)
    if (this.#timeline.last < last) this.#resume()
    else this.#sendNext()
  }

  /** @param arrived - all that has come, even if it cannot be shown yet: it is confirmed */
  #show(ready, arrived) {
    for (const { key } of arrived) this.#confirm(key)
    for (const message of ready) this.#view.addMessage(message, this.#visitor.name)
    if (this.#timeline.hasGap) this.#later('gap', GAP_MS, () => this.#resume())
    else this.#cancel('gap')
  }

  #confirm(key) {
    if (!this.#outbox.remove(key)) return
    this.#view.removeDraft(key)
    if (key !== this.#sent) return
    this.#sent = undefined
    this.#cancel('confirm')
    this.#sendNext()
  }

  #sendNext() {
    const draft = this.#outbox.first
    if (!this.#isJoined || draft === undefined || this.#sent !== undefined) return
    this.#sent = draft.key
    this.#connection.send({ type: 'say', ...draft })
    this.#later('confirm', CONFIRM_MS, () => this.#connection.restart())
  }

  #resume() {
    const after = this.#timeline.last
    if (after !== undefined) this.#connection.send({ type: 'resume', after })
  }

  #takeError({ code, detail, key }) {
    if (!this.#isJoined || code === 'name_taken') this.#view.showProblem(detail)
    // Of a resume: the answer has not come, and somebody has to ask again.
    else if (key === undefined) this.#later('gap', RETRY_MS, () => this.#resume())
    else this.#takeRefusal(code, detail, key)
  }

  #takeRefusal(code, detail, key) {
    this.#sent = undefined
    this.#cancel('confirm')
    if (code === 'invalid') {
      this.#outbox.remove(key)
      this.#view.failDraft(key, detail)
      this.#sendNext()
    } else this.#later('retry', RETRY_MS, () => this.#sendNext())
  }

  #later(name, delayMs, action) {
    if (this.#timers.has(name)) return
    const run = () => {
      this.#timers.delete(name)
      action()
    }
    this.#timers.set(name, setTimeout(run, delayMs))
  }

  #cancel(name) {
    clearTimeout(this.#timers.get(name))
    this.#timers.delete(name)
  }
}
