import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import type { HttpResponse } from '../message/response.ts'
import { CODINGS, type CompressionCoding, defaultLevel, maxLevel } from './codings.ts'
import type { ContentRequest } from './handler.ts'

/** What is compressed, and how. */
export interface CompressionOptions {
  /** The preferred first; default `zstd`, `br`, `gzip`. A client's own preference goes before. */
  readonly encodings?: readonly CompressionCoding[]
  /** Smaller bodies are sent as they are; default 1024. */
  readonly thresholdBytes?: number
  /** Content types that are compressed; default texts, JSON, XML, JavaScript, WebAssembly, fonts. */
  readonly types?: RegExp
  /** `gzip` and `deflate` 0 to 9 (default 6), `br` 0 to 11 (4), `zstd` 1 to 19 (3). */
  readonly levels?: Readonly<Partial<Record<CompressionCoding, number>>>
  /**
   * False for a response that must not be compressed: one that has a secret beside what a client can
   * choose (see BREACH in `docs/compression.md`).
   */
  readonly filter?: (request: ContentRequest, response: HttpResponse) => boolean
}

/** Every option with its value. */
export interface CompressionSettings {
  readonly encodings: readonly CompressionCoding[]
  readonly thresholdBytes: number
  readonly types: RegExp
  readonly levels: Readonly<Record<CompressionCoding, number>>
  readonly filter: CompressionOptions['filter']
}

const COMPRESSIBLE =
  /^(?:text\/|application\/(?:json|javascript|xml|wasm|x-ndjson|jsonl|yaml|toml|rtf)\b|[\w.-]+\/[\w.-]+\+(?:json|xml)\b|font\/(?:ttf|otf|collection)\b|image\/(?:bmp|vnd\.microsoft\.icon)\b)/i
const OPTION_NAMES = ['encodings', 'thresholdBytes', 'types', 'levels', 'filter']

/** @throws {OptionError} on unknown or impossible options */
export function compressionSettings(options: CompressionOptions): CompressionSettings {
  const where = 'compression()'
  rejectUnknownOptions(where, options, OPTION_NAMES)
  const { encodings = CODINGS.slice(0, 3), types = COMPRESSIBLE, filter } = options
  const isKnown = Array.isArray(encodings) && encodings.every((each) => CODINGS.includes(each))
  if (!isKnown || encodings.length === 0) {
    throw new OptionError(`${where}.encodings`, encodings, `some of ${CODINGS.join(', ')}`)
  }
  if (!(types instanceof RegExp)) {
    throw new OptionError(`${where}.types`, types, 'a regular expression')
  }
  if (filter !== undefined && typeof filter !== 'function') {
    throw new OptionError(`${where}.filter`, filter, 'a function')
  }
  return {
    encodings,
    thresholdBytes: integerOption(`${where}.thresholdBytes`, options.thresholdBytes, 1024),
    types,
    levels: levelsOption(`${where}.levels`, options.levels),
    filter,
  }
}

function levelsOption(
  where: string,
  levels: CompressionOptions['levels'],
): Readonly<Record<CompressionCoding, number>> {
  rejectUnknownOptions(where, levels, CODINGS)
  const level = (coding: CompressionCoding): number =>
    integerOption(
      `${where}.${coding}`,
      levels?.[coding],
      defaultLevel(coding),
      coding === 'zstd' ? 1 : 0,
      maxLevel(coding),
    )
  return { zstd: level('zstd'), br: level('br'), gzip: level('gzip'), deflate: level('deflate') }
}
