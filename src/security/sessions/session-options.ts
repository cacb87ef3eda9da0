import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import {
  type CookieKey,
  type CookieOptions,
  CookieSigner,
  serializeCookie,
} from '../../http/index.ts'
import { Schema } from '../../schema/index.ts'
import { Sealer } from './sealer.ts'
import { SealedSessions, type SessionKeeper, StoredSessions } from './session-keeper.ts'
import { isSessionStore, type SessionStore } from './session-store.ts'

/** How the cookie of a session is sent; never to scripts. */
export interface SessionCookieOptions
  extends Pick<CookieOptions, 'domain' | 'path' | 'sameSite' | 'secure' | 'partitioned'> {
  /** Default `__Host-session`; `session` if it is not `secure`, or has a domain or path. */
  readonly name?: string
  /** Forgotten when the browser is closed; default false: when the session is over. */
  readonly untilClosed?: boolean
}

export interface SessionOptions<Data extends object> {
  /** At least 32 bytes; several for rotation: the first signs or seals, any is accepted. */
  readonly secret: CookieKey | readonly CookieKey[]
  /** Default: everything in the cookie itself, encrypted, at most some 2,800 bytes of JSON. */
  readonly store?: SessionStore
  /** `secure` is true by default, `sameSite` is `lax`. */
  readonly cookie?: SessionCookieOptions
  /** A session that is not used for so long is over; default 86,400, a day. */
  readonly idleSeconds?: number
  /** A session is over so long after its login, however much it is used; default 2,592,000, 30 days. */
  readonly absoluteSeconds?: number
  /** Types and checks the data: what does not fit any more begins anew. */
  readonly data?: Schema<Data>
  /** The time in milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number
}

/** Every option with its value. */
export interface SessionSettings<Data extends object> {
  readonly keeper: SessionKeeper
  readonly name: string
  readonly untilClosed: boolean
  readonly cookie: CookieOptions
  readonly idleMs: number
  readonly absoluteMs: number
  readonly data: Schema<Data> | undefined
  readonly now: () => number
}

const NAMES = ['secret', 'store', 'cookie', 'idleSeconds', 'absoluteSeconds', 'data', 'now']
const COOKIE_NAMES = ['name', 'untilClosed', 'domain', 'path', 'sameSite', 'secure', 'partitioned']
const DAY = 86_400

/** @throws {OptionError} on unknown or impossible options */
export function readSessionOptions<Data extends object>(
  options: SessionOptions<Data>,
): SessionSettings<Data> {
  const where = 'session()'
  rejectUnknownOptions(where, options, NAMES)
  rejectUnknownOptions(`${where}.cookie`, options.cookie, COOKIE_NAMES)
  const { store, data, now = Date.now } = options
  const { name: given, untilClosed = false, ...rest } = options.cookie ?? {}
  const cookie = { secure: true, sameSite: 'lax', httpOnly: true, ...rest } as const
  const isHost = cookie.secure && cookie.domain === undefined && (cookie.path ?? '/') === '/'
  const name = given ?? (isHost ? '__Host-session' : 'session')
  // Refuses what browsers would refuse, now and not at the first login.
  serializeCookie(name, '', cookie)
  if (store !== undefined && !isSessionStore(store)) {
    throw new OptionError(`${where}.store`, store, 'a session store')
  }
  if (data !== undefined && !(data instanceof Schema)) {
    throw new OptionError(`${where}.data`, data, 'a schema; wrap others in standard()')
  }
  const idle = integerOption(`${where}.idleSeconds`, options.idleSeconds, DAY, 1)
  const absolute = integerOption(`${where}.absoluteSeconds`, options.absoluteSeconds, 30 * DAY, 1)
  return {
    keeper:
      store === undefined
        ? new SealedSessions(new Sealer(options.secret, name))
        : new StoredSessions(store, new CookieSigner(options.secret), name),
    name,
    untilClosed,
    cookie,
    idleMs: idle * 1000,
    absoluteMs: absolute * 1000,
    data,
    now,
  }
}
