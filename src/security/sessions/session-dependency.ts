import type { AppRequest } from '../../app/index.ts'
import { type Dependency, ResponseDependency, request } from '../../app/index.ts'
import { findCookie, type HttpResponse, serializeCookie } from '../../http/index.ts'
import { ValidationError } from '../../schema/index.ts'
import { SessionSizeError } from '../errors.ts'
import { addSetCookie } from './add-set-cookie.ts'
import { Session, type SessionData, type SessionRecord } from './session.ts'
import { readSessionOptions, type SessionOptions, type SessionSettings } from './session-options.ts'

/** A session that is merely used is saved again after this part of its idle time. */
const TOUCH_PART = 0.1
/** RFC 6265bis, section 5.6: name and value. */
const MAX_COOKIE_BYTES = 4096

/**
 * Sessions: a dependency whose value is what is kept of the client.
 *
 * Loaded where a route needs it, and only if the client has a cookie; saved before the response is
 * sent, only if something has changed, or its idle time has to begin anew.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function session<Data extends object = Record<string, unknown>>(
  options: SessionOptions<Data>,
): Dependency<Session<Data>> {
  const sessions = new Sessions<Data>(readSessionOptions(options))
  return new ResponseDependency<Session<Data>>(
    { in: { request: request() } },
    function session({ request: asked }: { readonly request: AppRequest }) {
      return sessions.open(asked)
    },
    (value, response) => sessions.close(value, response),
  )
}

class Sessions<Data extends object> {
  readonly #settings: SessionSettings<Data>

  constructor(settings: SessionSettings<Data>) {
    this.#settings = settings
  }

  open(asked: AppRequest): Session<Data> | Promise<Session<Data>> {
    const cookie = findCookie(asked.header('cookie'), this.#settings.name)
    return cookie === undefined ? new Session<Data>(undefined, {}, false) : this.#load(cookie)
  }

  async #load(cookie: string): Promise<Session<Data>> {
    const kept = await this.#settings.keeper.read(cookie)
    const data = kept === undefined ? undefined : this.#dataOf(kept)
    if (data === undefined) return new Session<Data>(undefined, {}, true)
    return new Session<Data>(kept, data, true)
  }

  /** Undefined if its time is over, or it does not fit its schema any more. */
  #dataOf(kept: SessionRecord): SessionData<Data> | undefined {
    if (this.#settings.now() >= this.#expiry(kept)) return undefined
    const data: unknown = JSON.parse(kept.data)
    try {
      const { data: schema } = this.#settings
      return schema === undefined ? (data as SessionData<Data>) : schema.parse(data)
    } catch (error) {
      if (error instanceof ValidationError) return undefined
      throw error
    }
  }

  async close(value: Session<Data>, response: HttpResponse): Promise<HttpResponse> {
    if (response.status >= 500) return response
    const cookie = await this.#save(value)
    return cookie === undefined ? response : addSetCookie(response, cookie)
  }

  /** @returns the cookie to set; undefined for none */
  async #save(value: Session<Data>): Promise<string | undefined> {
    const { keeper, now } = this.#settings
    const { kept } = value
    if (value.isDestroyed) {
      if (kept !== undefined) await keeper.remove(kept.id)
      return value.hasCookie ? this.#removal() : undefined
    }
    const data = JSON.stringify(value.data)
    if (kept === undefined) return data === '{}' ? this.#stale(value) : this.#create(value, data)
    if (value.isRegenerated) {
      const cookie = await this.#create(value, data)
      await keeper.remove(kept.id)
      return cookie
    }
    const isDue = now() - kept.savedAtMs >= this.#settings.idleMs * TOUCH_PART
    if (data === kept.data && !isDue) return undefined
    const record = { ...kept, data, savedAtMs: now() }
    const cookie = await keeper.update(record, this.#expiry(record))
    return cookie === undefined ? this.#removal() : this.#cookie(cookie, record)
  }

  /** A cookie that stands for nothing is taken away. */
  #stale({ hasCookie }: Session<Data>): string | undefined {
    return hasCookie ? this.#removal() : undefined
  }

  async #create({ id }: Session<Data>, data: string): Promise<string> {
    const { keeper, now } = this.#settings
    const record = { id, data, createdAtMs: now(), savedAtMs: now() }
    return this.#cookie(await keeper.create(record, this.#expiry(record)), record)
  }

  #expiry({ createdAtMs, savedAtMs }: SessionRecord): number {
    const { idleMs, absoluteMs } = this.#settings
    return Math.min(savedAtMs + idleMs, createdAtMs + absoluteMs)
  }

  #cookie(value: string, record: SessionRecord): string {
    const { name, cookie, untilClosed, now } = this.#settings
    const size = name.length + 1 + value.length
    if (size > MAX_COOKIE_BYTES) throw new SessionSizeError(size, MAX_COOKIE_BYTES)
    if (untilClosed) return serializeCookie(name, value, cookie)
    const maxAgeSeconds = Math.ceil((this.#expiry(record) - now()) / 1000)
    return serializeCookie(name, value, { ...cookie, maxAgeSeconds })
  }

  #removal(): string {
    return serializeCookie(this.#settings.name, '', { ...this.#settings.cookie, maxAgeSeconds: 0 })
  }
}
