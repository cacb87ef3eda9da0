import { OptionError } from '../core/errors.ts'

/** The first file descriptor that systemd passes on. */
const FIRST_FD = 3

/**
 * Finds the socket that systemd has opened for this process.
 *
 * @param name - `FileDescriptorName=` of the socket unit; undefined if there is only one socket
 * @param env - of the process: `LISTEN_PID`, `LISTEN_FDS`, `LISTEN_FDNAMES`
 * @returns its file descriptor
 * @throws {OptionError} saying what systemd has passed on instead
 * @see sd_listen_fds(3)
 */
export function systemdSocket(
  name: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): number {
  const { LISTEN_PID: owner, LISTEN_FDS: count, LISTEN_FDNAMES: allNames } = env
  const fail = (expected: string): never => {
    throw new OptionError('listen options.systemd', name ?? true, expected)
  }
  if (owner === undefined || count === undefined) {
    return fail('used by a service with a socket unit: LISTEN_PID and LISTEN_FDS are not set')
  }
  if (owner !== String(pid)) {
    return fail(`used by the process that systemd has started: that is ${owner}, this is ${pid}`)
  }
  const sockets = /^\d{1,4}$/.test(count) ? Number(count) : 0
  if (sockets === 0) return fail(`given a socket: LISTEN_FDS is ${JSON.stringify(count)}`)
  const names = allNames === undefined ? [] : allNames.split(':')
  if (name === undefined) {
    if (sockets === 1) return FIRST_FD
    return fail(`the name of one of ${sockets} sockets: ${names.join(', ')}`)
  }
  const places = names.flatMap((each, at) => (each === name && at < sockets ? [at] : []))
  const [place] = places
  if (place === undefined || places.length > 1) {
    return fail(`the name of exactly one socket among ${names.join(', ') || 'those without names'}`)
  }
  return FIRST_FD + place
}
