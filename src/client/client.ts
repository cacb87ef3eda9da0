import type { RouteGroup } from '../app/index.ts'
import { OptionError } from '../core/errors.ts'
import { ClientCall } from './client-call.ts'
import type { Client } from './client-types.ts'
import {
  type ClientOptions,
  type ConnectOptions,
  checkRequestOptions,
  clientSettings,
  type RequestOptions,
} from './options.ts'
import type { CallArguments } from './request-parts.ts'
import { Session } from './session.ts'

/**
 * Calls the routes of a router by their names: `client<typeof api>('https://host').users.read({ id: 1 })`.
 *
 * Only the type of the router is needed, so that nothing of the server gets into the program of the
 * client. What it has to know at run time is in the manifest: an option, or asked of the server.
 *
 * @param url - what the paths of the routes continue: origin, and where the router is included
 * @throws {OptionError} on unknown or impossible options
 * @see docs/client.md
 */
export function client<Api extends RouteGroup>(
  url: string | URL,
  options: ClientOptions = {},
): Client<Api> {
  const session = new Session(clientSettings(url, options))
  return member(session, []) as Client<Api>
}

/** The function that a name of the client stands for: a route is called, a router has members. */
function member(session: Session, names: readonly string[]): unknown {
  const members = new Map<string, unknown>()
  const call = (given: CallArguments = {}, options?: RequestOptions & ConnectOptions): unknown =>
    begin(session, names, given, options)
  return new Proxy(call, {
    get(_, name) {
      // Not a promise, whoever asks; and what asks for symbols is no call.
      if (typeof name === 'symbol' || name === 'then') return undefined
      let found = members.get(name)
      if (found === undefined) {
        found = member(session, [...names, name])
        members.set(name, found)
      }
      return found
    },
  })
}

function begin(
  session: Session,
  names: readonly string[],
  given: CallArguments,
  options: (RequestOptions & ConnectOptions) | undefined,
): unknown {
  const where = names.join('.')
  if (typeof given !== 'object' || given === null) {
    throw new OptionError(`${where}()`, given, 'an object of arguments by name')
  }
  checkRequestOptions(`${where}()`, options)
  const send = (headers?: Readonly<Record<string, string>>): ReturnType<Session['send']> =>
    session.send(names, given, { ...options, headers: { ...options?.headers, ...headers } })
  return new ClientCall(send, options?.reconnects ?? 0)
}
