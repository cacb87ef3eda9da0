import {
  type AppRequest,
  type Dependency,
  dep,
  form,
  ResponseDependency,
  request,
} from '../../app/index.ts'
import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import {
  type CookieKey,
  type CookieOptions,
  findCookie,
  HttpError,
  type HttpResponse,
  serializeCookie,
} from '../../http/index.ts'
import { optional, str } from '../../schema/index.ts'
import { addSetCookie } from '../sessions/add-set-cookie.ts'
import type { Session } from '../sessions/session.ts'
import { CsrfTokens } from './csrf-token.ts'
import { type Exemption, exemptionOption, isSafe, originsOption } from './origin-check.ts'
import { assertOwnOrigin } from './same-origin.ts'

export interface CsrfOptions {
  /** At least 32 bytes; several for rotation. */
  readonly secret: CookieKey | readonly CookieKey[]
  /** The sessions that tokens belong to; without, anybody's token is good for anybody. */
  readonly session?: Dependency<Session<object>>
  /** Where scripts send the token; default `x-csrf-token`. */
  readonly header?: string
  /** Where forms send it, on routes that have `csrf.form` in place of `csrf`; default `_csrf`. */
  readonly field?: string
  /** Default `__Host-csrf`, `secure`, `sameSite: 'lax'`, and for scripts to read. */
  readonly cookie?: Pick<CookieOptions, 'domain' | 'path' | 'sameSite' | 'secure' | 'httpOnly'> & {
    readonly name?: string
  }
  /** Other origins whose pages may send requests that change something. */
  readonly trustedOrigins?: readonly string[]
  readonly exempt?: Exemption
}

/** What pages need to send requests that change something. */
export class Csrf {
  /** To be sent back in the header or field. */
  readonly token: string
  /** @internal */ readonly session: Session<object> | undefined
  /** @internal What the client has already. */
  readonly cookie: string | undefined

  /** @internal */
  constructor(token: string, session: Session<object> | undefined, cookie: string | undefined) {
    this.token = token
    this.session = session
    this.cookie = cookie
  }
}

/** A dependency that refuses forged requests; made by {@link csrf}. */
export class CsrfDependency extends ResponseDependency<Csrf> {
  /** The same for routes that take HTML forms: the token is a field. */
  readonly form: Dependency<Csrf>

  /** @internal */
  constructor(protection: Protection) {
    const { inputs, open, close } = protection
    super(
      { in: inputs },
      function csrf(values: Opened) {
        return open(values)
      },
      close,
    )
    const field = form(protection.field, optional(str()))
    this.form = new ResponseDependency<Csrf>(
      { in: { ...inputs, field } },
      function csrfForm(values: Opened) {
        return open(values)
      },
      close,
    )
  }
}

/**
 * Refuses requests that other sites make a browser send: 403 unless the browser says that the request
 * comes from our own pages, and the page has sent the token that only our own pages can read.
 *
 * The value has the `token`, for pages; scripts may as well read the cookie. Reading methods pass.
 *
 * @throws {OptionError} on unknown or impossible options
 * @see OWASP, Cross-Site Request Forgery Prevention Cheat Sheet
 */
export function csrf(options: CsrfOptions): CsrfDependency {
  return new CsrfDependency(new Protection(options))
}

interface Opened {
  readonly request: AppRequest
  readonly session: Session<object> | undefined
  readonly field?: string | undefined
}

const NAMES = ['secret', 'session', 'header', 'field', 'cookie', 'trustedOrigins', 'exempt']
const TOKEN = /^[\w-]+$/

/** No session: what stands in its place. */
const NO_SESSION = dep(function noSession(): undefined {})

class Protection {
  readonly inputs: {
    readonly request: ReturnType<typeof request>
    readonly session: Dependency<Session<object> | undefined>
  }
  readonly field: string
  readonly #tokens: CsrfTokens
  readonly #header: string
  readonly #cookieName: string
  readonly #cookie: CookieOptions
  readonly #trusted: ReadonlySet<string>
  readonly #isExempt: (request: AppRequest) => boolean

  constructor(options: CsrfOptions) {
    rejectUnknownOptions('csrf()', options, NAMES)
    const { header = 'x-csrf-token', field = '_csrf', session = NO_SESSION } = options
    for (const [name, value] of Object.entries({ header, field })) {
      if (!TOKEN.test(value)) throw new OptionError(`csrf().${name}`, value, 'a name')
    }
    const { name, ...rest } = options.cookie ?? {}
    this.#cookie = { secure: true, httpOnly: false, sameSite: 'lax', ...rest }
    const { secure, domain, path = '/' } = this.#cookie
    const isHost = secure === true && domain === undefined && path === '/'
    this.#cookieName = name ?? (isHost ? '__Host-csrf' : 'csrf')
    // Refuses what browsers would refuse, now and not at the first request.
    serializeCookie(this.#cookieName, '', this.#cookie)
    this.inputs = { request: request(), session }
    this.field = field
    this.#header = header
    this.#tokens = new CsrfTokens(options.secret)
    this.#trusted = originsOption('csrf().trustedOrigins', options.trustedOrigins)
    this.#isExempt = exemptionOption('csrf().exempt', options.exempt)
  }

  readonly open = ({ request: asked, session, field }: Opened): Csrf => {
    const binding = bindingOf(session)
    const cookie = findCookie(asked.header('cookie'), this.#cookieName)
    if (!isSafe(asked) && !this.#isExempt(asked)) {
      assertOwnOrigin(asked, this.#trusted)
      const sent = asked.header(this.#header) ?? field
      if (!this.#tokens.isProven(binding, sent, cookie)) {
        throw new HttpError(403, 'CSRF token missing or wrong')
      }
    }
    const token = this.#tokens.isFor(binding, cookie) ? cookie : this.#tokens.make(binding)
    return new Csrf(token, session, cookie)
  }

  /** A client that has logged in, or out, needs another token: the old one was for the old session. */
  readonly close = ({ token, session, cookie }: Csrf, response: HttpResponse): HttpResponse => {
    const binding = bindingOf(session)
    const current = this.#tokens.isFor(binding, token) ? token : this.#tokens.make(binding)
    if (current === cookie) return response
    return addSetCookie(response, serializeCookie(this.#cookieName, current, this.#cookie))
  }
}

/** Sessions that nothing is kept of have no id that lasts. */
function bindingOf(session: Session<object> | undefined): string {
  if (session === undefined || session.isDestroyed) return ''
  return session.isNew && Object.keys(session.data).length === 0 ? '' : session.id
}
