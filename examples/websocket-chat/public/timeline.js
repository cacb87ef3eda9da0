/**
 * The messages of a room in their order, each once, however they arrive.
 *
 * Ids count the messages of a room without gaps. Two that were said on two cores of the server may
 * arrive in the wrong order, and after a broken connection some are missing: what comes too early is
 * held until the rest is here.
 */
export class Timeline {
  /** @type {number | undefined} */
  #last
  #held = new Map()

  /** Id of the last message that was handed out; undefined before the first history. */
  get last() {
    return this.#last
  }

  /** Whether messages are missing before some that are here. */
  get hasGap() {
    return this.#held.size > 0
  }

  /** @returns the messages that may be shown now, in order */
  add(message) {
    if (this.#last === undefined || message.id > this.#last) this.#held.set(message.id, message)
    return this.#release()
  }

  /** As {@link add}, for an answer to a join or resume; the first one says where the room's story begins here. */
  addHistory(messages) {
    this.#last ??= messages.length === 0 ? 0 : messages[0].id - 1
    for (const message of messages) this.#held.set(message.id, message)
    return this.#release()
  }

  #release() {
    const ready = []
    if (this.#last === undefined) return ready
    for (const id of this.#held.keys()) if (id <= this.#last) this.#held.delete(id)
    for (;;) {
      const next = this.#held.get(this.#last + 1)
      if (next === undefined) return ready
      this.#held.delete(next.id)
      this.#last = next.id
      ready.push(next)
    }
  }
}
