import { type AppRequest, type Dependency, dep, request } from '../../app/index.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import { HttpError } from '../../http/index.ts'
import {
  type Exemption,
  exemptionOption,
  isOwnOrigin,
  isSafe,
  originsOption,
} from './origin-check.ts'

export interface SameOriginOptions {
  /** Other origins whose pages may send requests that change something. */
  readonly trustedOrigins?: readonly string[]
  readonly exempt?: Exemption
}

/**
 * Refuses requests that pages of other sites make a browser send (CSRF), by what the browser says of
 * them: 403 for POST, PUT, PATCH and DELETE from elsewhere. Needs no tokens; {@link csrf} has both.
 *
 * Requests without the headers of browsers pass: whoever can leave them out has no victim's cookies.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function sameOrigin(options: SameOriginOptions = {}): Dependency<void> {
  rejectUnknownOptions('sameOrigin()', options, ['trustedOrigins', 'exempt'])
  const trusted = originsOption('sameOrigin().trustedOrigins', options.trustedOrigins)
  const isExempt = exemptionOption('sameOrigin().exempt', options.exempt)
  return dep({ request: request() }, function sameOrigin({ request: asked }): void {
    if (!isExempt(asked)) assertOwnOrigin(asked, trusted)
  })
}

/** @throws {HttpError} 403 for a request that changes something and comes from another site */
export function assertOwnOrigin(asked: AppRequest, trusted: ReadonlySet<string>): void {
  if (isSafe(asked) || isOwnOrigin(asked, trusted)) return
  throw new HttpError(403, 'Cross-origin request refused')
}
