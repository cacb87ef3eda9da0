import { OptionError } from '../../core/errors.ts'
import { defineRoute, type Method } from '../routing/route.ts'
import { Operation, type OperationOptions } from './operation.ts'

const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']

/**
 * Describes a request that the API sends: a webhook, or a callback of a route.
 *
 * `new App({ webhooks: { 'new-user': operation('POST', { in: { user: body(User) } }) } })`
 *
 * @throws {OptionError} on an unknown method, and on unknown or impossible options
 */
export function operation(method: Method, options: OperationOptions = {}): Operation {
  if (!METHODS.includes(method)) {
    throw new OptionError('operation() method', method, METHODS.join(', '))
  }
  return new Operation(defineRoute(method, '/', options, () => undefined))
}
