import { createHash } from 'node:crypto'
import type { CookieSigner } from '../../http/index.ts'
import type { Sealer } from './sealer.ts'
import type { SessionRecord } from './session.ts'
import type { SessionStore } from './session-store.ts'

/** Turns sessions into values of cookies, and back. */
export interface SessionKeeper {
  /** @returns undefined if the cookie is not ours, or what it stands for is gone */
  read(cookie: string): Promise<SessionRecord | undefined>
  /** @returns the value of the cookie */
  create(record: SessionRecord, expiresAtMs: number): Promise<string>
  /** @returns the value of the cookie; undefined if the session is gone */
  update(record: SessionRecord, expiresAtMs: number): Promise<string | undefined>
  remove(id: string): Promise<void>
}

/** Everything in the cookie, which nobody else can read or change. */
export class SealedSessions implements SessionKeeper {
  readonly #sealer: Sealer

  constructor(sealer: Sealer) {
    this.#sealer = sealer
  }

  async read(cookie: string): Promise<SessionRecord | undefined> {
    const text = this.#sealer.open(cookie)
    return text === undefined ? undefined : parseRecord(text, undefined)
  }

  async create(record: SessionRecord): Promise<string> {
    return this.#sealer.seal(formatRecord(record, record.id))
  }

  update(record: SessionRecord): Promise<string> {
    return this.create(record)
  }

  /** There is nothing but the cookie, which goes anyway. */
  async remove(): Promise<void> {}
}

/** The id in the cookie, signed, so that only ids that we have made reach the store; the rest there. */
export class StoredSessions implements SessionKeeper {
  readonly #store: SessionStore
  readonly #signer: CookieSigner
  readonly #name: string

  constructor(store: SessionStore, signer: CookieSigner, name: string) {
    this.#store = store
    this.#signer = signer
    this.#name = name
  }

  async read(cookie: string): Promise<SessionRecord | undefined> {
    const id = this.#signer.verify(this.#name, cookie)
    if (id === undefined) return undefined
    const text = await this.#store.load(keyOf(id))
    return text === undefined ? undefined : parseRecord(text, id)
  }

  async create(record: SessionRecord, expiresAtMs: number): Promise<string> {
    await this.#store.create(keyOf(record.id), formatRecord(record, undefined), expiresAtMs)
    return this.#signer.sign(this.#name, record.id)
  }

  async update(record: SessionRecord, expiresAtMs: number): Promise<string | undefined> {
    const text = formatRecord(record, undefined)
    const isThere = await this.#store.update(keyOf(record.id), text, expiresAtMs)
    return isThere ? this.#signer.sign(this.#name, record.id) : undefined
  }

  async remove(id: string): Promise<void> {
    await this.#store.delete(keyOf(id))
  }
}

function keyOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url')
}

function formatRecord(record: SessionRecord, id: string | undefined): string {
  const { createdAtMs, savedAtMs, data } = record
  return JSON.stringify([createdAtMs, savedAtMs, data, ...(id === undefined ? [] : [id])])
}

/** @param knownId - undefined if the record has it */
function parseRecord(text: string, knownId: string | undefined): SessionRecord | undefined {
  const [createdAtMs, savedAtMs, data, ownId] = JSON.parse(text) as [
    number,
    number,
    string,
    string?,
  ]
  const id = knownId ?? ownId
  return id === undefined ? undefined : { id, data, createdAtMs, savedAtMs }
}
