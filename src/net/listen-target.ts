import type * as net from 'node:net'
import { OptionError } from '../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../core/options.ts'
import type { ListenOptions } from './listener.ts'
import { systemdSocket } from './systemd.ts'

const KNOWN_OPTIONS = ['port', 'host', 'path', 'mode', 'fd', 'systemd', 'reusePort', 'backlog']
const WAYS = ['port', 'path', 'fd', 'systemd'] as const
const DEFAULT_BACKLOG = 1024

/**
 * What `net.Server` is to be told.
 *
 * @throws {OptionError} for unknown options, or unless there is exactly one place to listen
 */
export function listenTarget(options: ListenOptions): net.ListenOptions {
  const where = 'listen options'
  rejectUnknownOptions(where, options, KNOWN_OPTIONS)
  const { path, host, mode, reusePort } = options
  const ways = WAYS.filter((way) => options[way] !== undefined && options[way] !== false)
  if (ways.length !== 1) {
    throw new OptionError(`${where}.port`, options.port, 'given, or else path, fd or systemd')
  }
  if (mode !== undefined && path === undefined) {
    throw new OptionError(`${where}.mode`, mode, 'absent: only the file of a path has a mode')
  }
  integerOption(`${where}.mode`, mode, 0, 0, 0o777)
  const backlog = integerOption(`${where}.backlog`, options.backlog, DEFAULT_BACKLOG, 1, 65_535)
  if (path !== undefined) return { path, backlog }
  const fd = fileDescriptor(where, options)
  if (fd !== undefined) return { fd, backlog, exclusive: true } as net.ListenOptions
  const port = integerOption(`${where}.port`, options.port, 0, 0, 65_535)
  return {
    port,
    backlog,
    exclusive: true,
    ...(host === undefined ? {} : { host }),
    ...(reusePort === undefined ? {} : { reusePort }),
  }
}

function fileDescriptor(where: string, { fd, systemd }: ListenOptions): number | undefined {
  if (fd !== undefined) return integerOption(`${where}.fd`, fd, 0, 0, 0x7fffffff)
  if (systemd === undefined || systemd === false) return undefined
  if (systemd !== true && (typeof systemd !== 'string' || systemd === '')) {
    throw new OptionError(`${where}.systemd`, systemd, 'true or the name of a socket')
  }
  return systemdSocket(systemd === true ? undefined : systemd, process.env, process.pid)
}
