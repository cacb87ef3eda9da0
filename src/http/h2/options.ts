import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'

/** How a server speaks HTTP/2. */
export interface Http2Options {
  /**
   * Also without TLS, to clients that begin with it (prior knowledge); default false. The same port
   * goes on serving HTTP/1.1.
   */
  readonly cleartext?: boolean
  /** Requests of one connection in flight; the client must not send more. Default 100. */
  readonly maxConcurrentStreams?: number
  /**
   * Requests that one connection may take back within ten seconds, beyond which it is closed with
   * ENHANCE_YOUR_CALM; default 200.
   */
  readonly maxResets?: number
  /** Pings and changes of settings within ten seconds, likewise; default 200. */
  readonly maxControlFrames?: number
  /** Memory that one connection may take for its frames, in MiB; default 10. */
  readonly maxSessionMemoryMb?: number
  /**
   * Lets clients open WebSockets over HTTP/2, each as a stream of the connection they have; default
   * true. Without it they open a connection of HTTP/1.1 for each.
   */
  readonly webSockets?: boolean
}

/** {@link Http2Options} with every value. */
export interface Http2Settings {
  readonly isClear: boolean
  readonly maxConcurrentStreams: number
  readonly maxResets: number
  readonly maxControlFrames: number
  readonly maxSessionMemoryMb: number
  readonly hasWebSockets: boolean
}

/** Each number: default, least and greatest value. */
const NUMBERS = {
  maxConcurrentStreams: [100, 1, 10_000],
  maxResets: [200, 1, 1_000_000],
  maxControlFrames: [200, 1, 1_000_000],
  maxSessionMemoryMb: [10, 1, 1024],
} as const

/**
 * @returns undefined if the server speaks HTTP/1.1 only
 * @throws {OptionError} for an unknown name or a value out of bounds
 */
export function http2Settings(
  where: string,
  options: boolean | Http2Options | undefined,
  hasTls: boolean,
): Http2Settings | undefined {
  if (options === false) return undefined
  if (typeof options === 'string' || typeof options === 'number' || options === null) {
    throw new OptionError(where, options, 'true, false or an object')
  }
  const given: Http2Options = options === undefined || options === true ? {} : options
  rejectUnknownOptions(where, given, ['cleartext', 'webSockets', ...Object.keys(NUMBERS)])
  const { cleartext = false, webSockets = true } = given
  for (const [name, value] of Object.entries({ cleartext, webSockets })) {
    if (typeof value !== 'boolean')
      throw new OptionError(`${where}.${name}`, value, 'true or false')
  }
  if (!hasTls && !cleartext) {
    if (options === undefined) return undefined
    throw new OptionError(where, options, 'absent without tls, or { cleartext: true }')
  }
  const number = (name: keyof typeof NUMBERS): number => {
    const [fallback, min, max] = NUMBERS[name]
    return integerOption(`${where}.${name}`, given[name], fallback, min, max)
  }
  return {
    isClear: cleartext && !hasTls,
    maxConcurrentStreams: number('maxConcurrentStreams'),
    maxResets: number('maxResets'),
    maxControlFrames: number('maxControlFrames'),
    maxSessionMemoryMb: number('maxSessionMemoryMb'),
    hasWebSockets: webSockets,
  }
}
