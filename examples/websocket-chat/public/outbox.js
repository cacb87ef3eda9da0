/**
 * What was written and is not known to be kept, oldest first. It survives a reload of the page.
 *
 * Each has a key that the server keeps a message under once: sending it again, after a connection that
 * broke at the wrong moment, makes no second one.
 */
export class Outbox {
  #storage
  #name
  #drafts

  constructor(storage, name) {
    this.#storage = storage
    this.#name = name
    this.#drafts = JSON.parse(storage.getItem(name) ?? '[]')
  }

  get drafts() {
    return this.#drafts
  }

  /** The one to send next: only when it is kept, the one after it may go, so that they stay in order. */
  get first() {
    return this.#drafts[0]
  }

  add(text) {
    const draft = { key: crypto.randomUUID(), text }
    this.#save([...this.#drafts, draft])
    return draft
  }

  /** @returns false if it is none of ours */
  remove(key) {
    const others = this.#drafts.filter((draft) => draft.key !== key)
    if (others.length === this.#drafts.length) return false
    this.#save(others)
    return true
  }

  #save(drafts) {
    this.#drafts = drafts
    if (drafts.length === 0) this.#storage.removeItem(this.#name)
    else this.#storage.setItem(this.#name, JSON.stringify(drafts))
  }
}
