import { TlsConfigError } from '../../net/index.ts'
import type { Reading } from '../../reactor/membership/messages.ts'

/** Name of the collector that makes a reactor read its certificates again. */
export const CERTIFICATES = 'fasterapi:certificates'

/** How long reactors may take for that; they answer between two requests. */
export const RELOAD_TIMEOUT_MS = 10_000

/** @throws {TlsConfigError} if a reactor could not use what it has read */
export function assertReloaded(readings: readonly Reading<unknown>[]): void {
  for (const reading of readings) {
    if ('failure' in reading) {
      throw new TlsConfigError(
        `Reactor ${reading.reactor} keeps its old certificates: ${reading.failure}`,
      )
    }
  }
}
