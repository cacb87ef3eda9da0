const MAX_DELAY_MS = 5_000

/** Codes after which it would not help to try again. */
const FINAL_CODES = new Set([1000, 1008, 4400, 4409, 4429])

/** A WebSocket that comes back: after a cut, a restart of the server, or a night with the lid closed. */
export class Connection {
  #url
  #listener
  #socket
  #attempts = 0
  #timer
  #isOpen = false
  #isClosed = false

  /** @param listener - `onOpen()`, `onFrame(frame)`, `onLost(delayMs)`, `onRefused(code)` */
  constructor(url, listener) {
    this.#url = url
    this.#listener = listener
    addEventListener('online', this.#reconnectNow)
    document.addEventListener('visibilitychange', this.#reconnectNow)
    this.#connect()
  }

  /** @returns false if there is no connection */
  send(frame) {
    if (!this.#isOpen) return false
    this.#socket.send(JSON.stringify(frame))
    return true
  }

  /** The server has taken us in: the next cut is a new one, and is mended at once. */
  settled() {
    this.#attempts = 0
  }

  /** Gives a connection up that does not answer. */
  restart() {
    this.#drop()
    this.#lost()
  }

  close() {
    this.#isClosed = true
    removeEventListener('online', this.#reconnectNow)
    document.removeEventListener('visibilitychange', this.#reconnectNow)
    clearTimeout(this.#timer)
    this.#drop()
  }

  #connect() {
    this.#timer = undefined
    const socket = new WebSocket(this.#url)
    this.#socket = socket
    socket.addEventListener('open', () => {
      if (socket !== this.#socket) return
      this.#isOpen = true
      this.#listener.onOpen()
    })
    socket.addEventListener('message', ({ data }) => {
      if (socket === this.#socket) this.#listener.onFrame(JSON.parse(data))
    })
    socket.addEventListener('close', ({ code }) => {
      if (socket !== this.#socket) return
      this.#drop()
      if (FINAL_CODES.has(code)) this.#listener.onRefused(code)
      else this.#lost()
    })
  }

  /** Nothing of this socket counts any more, whatever it still says. */
  #drop() {
    const socket = this.#socket
    this.#socket = undefined
    this.#isOpen = false
    socket?.close()
  }

  #lost() {
    if (this.#isClosed) return
    // Spread out: all who were cut off at once must not come back at once.
    const delayMs = Math.min(MAX_DELAY_MS, 250 * 2 ** this.#attempts++) * (0.5 + Math.random())
    this.#listener.onLost(delayMs)
    this.#timer = setTimeout(() => this.#connect(), delayMs)
  }

  #reconnectNow = () => {
    if (this.#timer === undefined || document.hidden) return
    clearTimeout(this.#timer)
    this.#connect()
  }
}
