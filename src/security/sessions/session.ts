import { randomBytes } from 'node:crypto'

/** A session as it is kept. */
export interface SessionRecord {
  readonly id: string
  /** JSON. */
  readonly data: string
  /** Milliseconds since 1970: of the login, and of the last time it was saved. */
  readonly createdAtMs: number
  readonly savedAtMs: number
}

/** All of it may be absent, and all of it may be changed. */
export type SessionData<Data> = { -readonly [Name in keyof Data]?: Data[Name] }

const ID_BYTES = 32

/**
 * What an app keeps of a client between its requests.
 *
 * Change `data` as you like: what has changed is saved before the response is sent, unless that is a
 * 5xx. Nothing is kept, and no cookie set, for a client without data.
 */
export class Session<Data extends object> {
  /** JSON data; empty at first. */
  data: SessionData<Data>
  /** @internal What was kept, if it was. */
  readonly kept: SessionRecord | undefined
  /** @internal Whether the client has sent a cookie, valid or not. */
  readonly hasCookie: boolean
  #id: string | undefined
  #isEnded = false

  /** @internal */
  constructor(kept: SessionRecord | undefined, data: SessionData<Data>, hasCookie: boolean) {
    this.kept = kept
    this.data = data
    this.hasCookie = hasCookie
    this.#id = kept?.id
  }

  /** 256 random bits. Nobody but the client may know them: not for logs. */
  get id(): string {
    this.#id ??= randomBytes(ID_BYTES).toString('base64url')
    return this.#id
  }

  /** Nothing is kept of this client yet. */
  get isNew(): boolean {
    return this.kept === undefined
  }

  /** When it began, or was regenerated; undefined if it is new. */
  get createdAt(): Date | undefined {
    return this.kept === undefined ? undefined : new Date(this.kept.createdAtMs)
  }

  /**
   * Goes on under another id, with the same data; the old one is worth nothing any more.
   *
   * Call it whenever the rights of the client change, at login above all: else somebody who has made a
   * victim use a session that he knows is logged in with it (session fixation).
   */
  regenerate(): void {
    this.#id = undefined
    this.#isEnded = false
  }

  /** Forgets everything, here and at the client: a logout. */
  destroy(): void {
    this.data = {}
    this.#id = undefined
    this.#isEnded = true
  }

  /** @internal */
  get isRegenerated(): boolean {
    return this.kept !== undefined && this.#id !== this.kept.id
  }

  /** @internal */
  get isDestroyed(): boolean {
    return this.#isEnded && Object.keys(this.data).length === 0
  }
}
