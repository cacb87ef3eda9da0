import { OptionError } from '../../core/errors.ts'
import { functionOption, integerOption } from '../../core/options.ts'
import type { FullQueuePolicy } from './outbox.ts'
import type { TopicGap } from './topic-bridge.ts'

/** Settings that all bridges have. */
export interface BridgeOptions {
  /** Called when messages of others may be missing, after it is so again that they arrive. */
  readonly onGap?: (gap: TopicGap) => unknown
  /** Told of messages that were given up because they are too big, or the other side refused them. */
  readonly onError?: (error: unknown) => unknown
  /** Bytes of the longest message that is sent to others, by default 1 MiB. */
  readonly maxMessageBytes?: number
  /** Bytes that may wait while the other side cannot be reached, by default 4 MiB. */
  readonly maxQueuedBytes?: number
  /** What is given up when more would wait; `drop-oldest` by default. */
  readonly whenFull?: FullQueuePolicy
  /** How long {@link TopicBridge.close} may try to send what waits, in milliseconds; by default 2,000. */
  readonly closeTimeoutMs?: number
}

export const BRIDGE_OPTION_NAMES: readonly (keyof BridgeOptions)[] = [
  'onGap',
  'onError',
  'maxMessageBytes',
  'maxQueuedBytes',
  'whenFull',
  'closeTimeoutMs',
]

const MIB = 1024 * 1024

export interface BridgeSettings {
  readonly onGap: ((gap: TopicGap) => unknown) | undefined
  readonly onError: ((error: unknown) => unknown) | undefined
  readonly maxMessageBytes: number
  readonly maxQueuedBytes: number
  readonly whenFull: FullQueuePolicy
  readonly closeTimeoutMs: number
}

/** @throws {OptionError} on a bad value */
export function readBridgeOptions(options: BridgeOptions): BridgeSettings {
  const { whenFull = 'drop-oldest' } = options
  if (whenFull !== 'drop-oldest' && whenFull !== 'drop-newest') {
    throw new OptionError('whenFull', whenFull, "'drop-oldest' or 'drop-newest'")
  }
  return {
    onGap: functionOption('onGap', options.onGap),
    onError: functionOption('onError', options.onError),
    maxMessageBytes: integerOption('maxMessageBytes', options.maxMessageBytes, MIB, 1),
    maxQueuedBytes: integerOption('maxQueuedBytes', options.maxQueuedBytes, 4 * MIB, 1024),
    whenFull,
    closeTimeoutMs: integerOption('closeTimeoutMs', options.closeTimeoutMs, 2000, 0, 0x7fff_ffff),
  }
}

/** @throws {OptionError} if no channel of a bridge can have this name */
export function readChannel(channel: unknown, fallback: string): string {
  if (channel === undefined) return fallback
  if (typeof channel !== 'string' || channel === '') {
    throw new OptionError('channel', channel, 'text')
  }
  return channel
}
