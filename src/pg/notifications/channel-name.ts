import { Buffer } from 'node:buffer'
import { OptionError } from '../../core/errors.ts'
import { PgParameterError } from '../errors.ts'

/** NAMEDATALEN - 1: a longer name would be cut by LISTEN, and refused by NOTIFY. */
const MAX_CHANNEL_BYTES = 63
/** PostgreSQL manual, NOTIFY: "shorter than 8000 bytes". */
const MAX_PAYLOAD_BYTES = 7999

/** What sends a notification; also inside of transactions, where it leaves with the COMMIT. */
export const NOTIFY_SQL = 'select pg_notify($1, $2)'

/** @throws {OptionError} if no channel can have this name */
export function assertChannel(channel: unknown): asserts channel is string {
  const isName =
    typeof channel === 'string' &&
    channel !== '' &&
    !channel.includes('\0') &&
    Buffer.byteLength(channel) <= MAX_CHANNEL_BYTES
  if (!isName) {
    const expected = `text of 1 to ${MAX_CHANNEL_BYTES} bytes without zero characters`
    throw new OptionError('channel', channel, expected)
  }
}

/**
 * @throws {OptionError} if it is no text
 * @throws {PgParameterError} if the server would refuse it
 */
export function assertPayload(payload: unknown): asserts payload is string {
  if (typeof payload !== 'string') throw new OptionError('payload', payload, 'a string')
  const bytes = Buffer.byteLength(payload)
  if (bytes <= MAX_PAYLOAD_BYTES) return
  throw new PgParameterError(
    2,
    NOTIFY_SQL,
    `the payload has ${bytes} bytes, and PostgreSQL takes at most ${MAX_PAYLOAD_BYTES}; store what is bigger in a table, and send its key`,
  )
}

/** Channels have no parameters in LISTEN; quoted, a name keeps its case and any character. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
