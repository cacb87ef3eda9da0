import { Buffer } from 'node:buffer'
import type { JsonWebKey } from 'node:crypto'
import { OptionError } from '../../core/errors.ts'
import { integerOptions, rejectUnknownOptions } from '../../core/options.ts'
import { JwtKeysError } from '../errors.ts'
import {
  fittingKeys,
  type KeySource,
  publicKey,
  type TokenHeader,
  type VerificationKey,
} from './verification-key.ts'

/** How the keys of an issuer are fetched and kept. */
export interface JwksOptions {
  /** How long they are used before they are fetched again; default 600. */
  readonly cacheSeconds?: number
  /** How long older ones are used while the issuer cannot be reached; default 3600. */
  readonly staleSeconds?: number
  /** A token with an unknown key id makes them be fetched again, at most this often; default 30. */
  readonly cooldownSeconds?: number
  /** For the whole answer; default 5000. */
  readonly timeoutMs?: number
  /** Allows `http:` to other hosts than this one; default false. */
  readonly allowHttp?: boolean
}

const BOUNDS = {
  cacheSeconds: [600, 1, 86_400],
  staleSeconds: [3600, 0, 604_800],
  cooldownSeconds: [30, 0, 3600],
  timeoutMs: [5000, 1, 60_000],
} as const
const MAX_BYTES = 1 << 20
const MAX_KEYS = 100
/** After a failure, so that requests do not queue up behind an issuer that is down. */
const RETRY_MS = 1000
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** The keys an issuer publishes (RFC 7517), fetched when they are needed, and again when they change. */
export class RemoteKeys implements KeySource {
  readonly #url: URL
  readonly #settings: Record<keyof typeof BOUNDS, number>
  readonly #now: () => number
  #keys: readonly VerificationKey[] | undefined
  #loadedAt = Number.NEGATIVE_INFINITY
  #triedAt = Number.NEGATIVE_INFINITY
  #failure: JwtKeysError | undefined
  #pending: Promise<void> | undefined

  /**
   * @param now - milliseconds since 1970
   * @throws {OptionError} on unknown or impossible options
   */
  constructor(where: string, url: string | URL, options: JwksOptions, now: () => number) {
    rejectUnknownOptions(`${where}.jwks`, options, [...Object.keys(BOUNDS), 'allowHttp'])
    this.#settings = integerOptions(`${where}.jwks`, options, BOUNDS)
    this.#url = readUrl(`${where}.jwksUrl`, url, options.allowHttp === true)
    this.#now = now
  }

  async find(header: TokenHeader): Promise<readonly VerificationKey[]> {
    const { cacheSeconds, staleSeconds, cooldownSeconds } = this.#settings
    const age = this.#now() - this.#loadedAt
    if (this.#keys === undefined || age >= (cacheSeconds + staleSeconds) * 1000) {
      await this.#refresh(RETRY_MS)
      return fittingKeys(this.#keys ?? [], header)
    }
    const found = fittingKeys(this.#keys, header)
    if (found.length === 0) {
      await this.#refresh(cooldownSeconds * 1000)
      return fittingKeys(this.#keys, header)
    }
    // They are still good: nobody waits for the next ones, and if these cannot be had, so be it.
    if (age >= cacheSeconds * 1000) this.#refresh(RETRY_MS).catch(() => undefined)
    return found
  }

  /** Fetches them unless somebody has just tried. @returns rejects with {@link JwtKeysError} */
  #refresh(pauseMs: number): Promise<void> {
    if (this.#pending !== undefined) return this.#pending
    const pause = this.#failure === undefined ? pauseMs : RETRY_MS
    if (this.#now() - this.#triedAt < pause) {
      return this.#failure === undefined ? Promise.resolve() : Promise.reject(this.#failure)
    }
    this.#triedAt = this.#now()
    this.#pending = this.#load().finally(() => {
      this.#pending = undefined
    })
    return this.#pending
  }

  async #load(): Promise<void> {
    try {
      this.#keys = readKeys(await this.#fetch())
      this.#loadedAt = this.#now()
      this.#failure = undefined
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      const message = `Cannot get the keys of ${this.#url.href}: ${reason}`
      this.#failure = new JwtKeysError(message, { cause })
      throw this.#failure
    }
  }

  async #fetch(): Promise<unknown> {
    const response = await fetch(this.#url, {
      headers: { accept: 'application/jwk-set+json, application/json' },
      // A redirect could lead to a host that nobody has agreed on.
      redirect: 'error',
      signal: AbortSignal.timeout(this.#settings.timeoutMs),
    })
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of response.body ?? []) {
      size += chunk.length
      if (size > MAX_BYTES) throw new Error(`the answer has more than ${MAX_BYTES} bytes`)
      chunks.push(chunk)
    }
    if (response.status !== 200) throw new Error(`status ${response.status}`)
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  }
}

/** Keys of other kinds and for other uses are left out; it is an error if none is left. */
function readKeys(document: unknown): readonly VerificationKey[] {
  const { keys } = (document ?? {}) as { readonly keys?: unknown }
  if (!Array.isArray(keys)) throw new Error('the answer is no JSON Web Key Set')
  const usable = keys.slice(0, MAX_KEYS).flatMap((jwk: unknown) => readKey(jwk))
  if (usable.length === 0) throw new Error('the set has no key to check signatures with')
  return usable
}

function readKey(jwk: unknown): readonly VerificationKey[] {
  if (typeof jwk !== 'object' || jwk === null) return []
  const { use, key_ops: operations } = jwk as { readonly use?: unknown; readonly key_ops?: unknown }
  if (use !== undefined && use !== 'sig') return []
  if (Array.isArray(operations) && !operations.includes('verify')) return []
  try {
    return [publicKey('key', jwk as JsonWebKey)]
  } catch {
    return []
  }
}

function readUrl(where: string, given: string | URL, allowHttp: boolean): URL {
  const url = URL.canParse(String(given)) ? new URL(given) : undefined
  if (url?.protocol === 'https:') return url
  if (url?.protocol === 'http:' && (allowHttp || LOOPBACK.test(url.hostname))) return url
  throw new OptionError(
    where,
    String(given),
    'an https: URL, or one of this host, or jwks.allowHttp',
  )
}
