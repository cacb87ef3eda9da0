import { randomBytes } from 'node:crypto'
import { RequestValue } from '../../http/index.ts'
import { FixedFields, joinFields } from '../fixed-fields.ts'
import { type Answer, type AnswerNow, MiddlewareLayer, mapAnswer } from '../middleware.ts'
import type { AppRequest } from '../request.ts'
import type { Policy } from './content-security-policy.ts'
import {
  type SecurityHeadersOptions,
  type SecurityHeadersSettings,
  securityHeadersSettings,
} from './options.ts'

const nonces = new RequestValue<string>()

/**
 * The nonce of a response, for `<script nonce="...">`; the same each time it is asked for.
 *
 * @returns undefined if no policy around the handler has a {@link CSP_NONCE}
 */
export function cspNonceOf(request: Pick<AppRequest, 'method'>): string | undefined {
  return nonces.get(request)
}

/**
 * Sends the headers that make browsers careful, with the defaults of helmet.
 *
 * A header that a response has already stays as it is: a handler, or a `securityHeaders()` further in,
 * says it for one route.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function securityHeaders(options: SecurityHeadersOptions = {}): MiddlewareLayer {
  return new SecurityHeaders(securityHeadersSettings(options))
}

class SecurityHeaders extends MiddlewareLayer {
  readonly #fixed: FixedFields
  readonly #policy: Policy | undefined
  readonly #policyHeader: string

  constructor({ fields, policy, policyHeader }: SecurityHeadersSettings) {
    super('securityHeaders')
    const { text } = policy ?? {}
    this.#fixed = new FixedFields(text === undefined ? fields : [[policyHeader, text], ...fields])
    this.#policy = text === undefined ? policy : undefined
    this.#policyHeader = policyHeader
  }

  wrap(next: AnswerNow): (request: AppRequest) => Answer {
    const policy = this.#policy
    const fix = this.#fixed.addTo.bind(this.#fixed)
    if (policy === undefined) return (request) => mapAnswer(next(request), fix)
    return (request) => {
      // One that stands further out has made it, and its policy names it.
      const nonce = policy.usesNonce ? (nonces.get(request) ?? newNonce(request)) : ''
      const field = [this.#policyHeader, policy.write(request, nonce)] as const
      return mapAnswer(next(request), (response) =>
        fix(
          response.withHeaderList(
            joinFields(response.headers ?? [], [field]),
            response.contentType,
          ),
        ),
      )
    }
  }
}

function newNonce(request: AppRequest): string {
  const nonce = randomBytes(16).toString('base64')
  nonces.set(request, nonce)
  return nonce
}
