import { OptionError } from '../core/errors.ts'
import { type ContentHandler, compression, conditional, decompression } from '../http/index.ts'
import type { AppOptions } from './options.ts'
import type { AppRequest } from './request.ts'

type AppHandler = ContentHandler<AppRequest>

/**
 * Puts around the app what its options ask for.
 *
 * @returns undefined if they ask for nothing
 * @throws {OptionError} on unknown or impossible options
 */
export function wrapHandler(handler: AppHandler, options: AppOptions): AppHandler | undefined {
  const tag = toOptions('conditional', options.conditional)
  const compress = toOptions('compression', options.compression)
  const decompress = toOptions('decompression', options.decompression)
  if (tag === undefined && compress === undefined && decompress === undefined) return undefined
  const reading = decompress === undefined ? handler : decompression(handler, decompress)
  // Inside: tags are made of what the handler says, whatever coding it is sent in.
  const tagged = tag === undefined ? reading : conditional(reading, tag)
  return compress === undefined ? tagged : compression(tagged, compress)
}

function toOptions<Options extends object>(
  name: string,
  value: boolean | Options | undefined,
): Options | undefined {
  if (value === undefined || value === false) return undefined
  if (value === true) return {} as Options
  if (typeof value === 'object' && value !== null) return value
  throw new OptionError(`new App().${name}`, value, 'true, false or options')
}
