import { Buffer } from 'node:buffer'
import { OptionError } from '../core/errors.ts'
import { isSendableCloseCode } from './protocol/close-code.ts'
import { MAX_CONTROL_BYTES } from './protocol/opcode.ts'

/** What the reason in a close frame may take, behind the code. */
const MAX_REASON_BYTES = MAX_CONTROL_BYTES - 2

/** @throws {OptionError} if `message` is neither text nor bytes */
export function assertMessage(where: string, message: unknown): void {
  if (typeof message !== 'string' && !(message instanceof Uint8Array)) {
    throw new OptionError(where, message, 'a string or a Uint8Array')
  }
}

/** @throws {OptionError} if `topic` is no string */
export function assertTopic(topic: unknown): void {
  if (typeof topic !== 'string') throw new OptionError('topic', topic, 'a string')
}

/** @throws {OptionError} if `handler` is no function */
export function assertHandler(where: string, handler: unknown): void {
  if (typeof handler !== 'function') throw new OptionError(where, handler, 'a function')
}

/** @throws {OptionError} for a code that must not be sent, or a reason that is too long */
export function assertClose(code: number, reason: string): void {
  if (!Number.isInteger(code) || !isSendableCloseCode(code)) {
    const expected = '1000 to 1003, 1007 to 1014 or 3000 to 4999'
    throw new OptionError('close() code', code, expected)
  }
  if (typeof reason !== 'string' || Buffer.byteLength(reason) > MAX_REASON_BYTES) {
    throw new OptionError('close() reason', reason, `a string of at most ${MAX_REASON_BYTES} bytes`)
  }
}

/** @throws {OptionError} if it is neither text nor bytes, or too long */
export function pingPayload(payload: string | Uint8Array): Uint8Array {
  assertMessage('ping() payload', payload)
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
  if (bytes.length > MAX_CONTROL_BYTES) {
    throw new OptionError('ping() payload', payload, `at most ${MAX_CONTROL_BYTES} bytes`)
  }
  return bytes
}
