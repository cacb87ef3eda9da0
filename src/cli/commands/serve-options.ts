import type { RunOptions } from '../../app/index.ts'
import type { OptionValues } from '../arguments/command.ts'
import { CliUsageError } from '../errors.ts'

const GREATEST_PORT = 65_535

/** Where to serve, for `dev` and `run`. */
export const ADDRESS_OPTIONS = {
  host: { kind: 'text', value: 'address', help: 'default: $HOST, or 127.0.0.1' },
  port: {
    kind: 'integer',
    short: 'p',
    value: 'number',
    help: 'default: $PORT, or 8000; 0 takes any free one',
    bounds: [0, 65_535],
  },
  'tls-cert': { kind: 'text', value: 'file', help: 'certificate chain (PEM): serves HTTPS' },
  'tls-key': { kind: 'text', value: 'file', help: 'its private key (PEM)' },
} as const

/** @throws {CliUsageError} if one of the two files is missing */
export function tlsOptions(
  options: OptionValues<typeof ADDRESS_OPTIONS>,
): Pick<RunOptions, 'tls'> | undefined {
  const { 'tls-cert': certFile, 'tls-key': keyFile } = options
  if (certFile === undefined && keyFile === undefined) return undefined
  if (certFile === undefined || keyFile === undefined) {
    throw new CliUsageError('--tls-cert and --tls-key belong together')
  }
  return { tls: { certFile, keyFile } }
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * What `$PORT` says.
 *
 * @param file - variables of a file; those of the process count more
 * @throws {CliUsageError} if it is no port
 */
export function portOfEnvironment(file: Environment = {}): number | undefined {
  const text = process.env['PORT'] ?? file['PORT'] ?? ''
  if (text === '') return undefined
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= GREATEST_PORT) return port
  throw new CliUsageError(`PORT must be a whole number from 0 to 65535, got '${text}'`)
}

/** What `$HOST` says, likewise. */
export function hostOfEnvironment(file: Environment = {}): string | undefined {
  return process.env['HOST'] || file['HOST'] || undefined
}
