import { PgError, PgParameterError, PgUnsupportedError } from './errors.ts'
import type { ErrorFields } from './protocol/error-fields.ts'
import type { MessageWriter } from './protocol/writer.ts'
import type { PgField } from './result.ts'
import { type ParameterEncoder, UnencodableError } from './types/encoder.ts'
import { TEXT_FORMAT } from './types/format.ts'
import { parameterEncoder } from './types/parameters.ts'
import { columnCodec, type Int8Mode } from './types/registry.ts'
import { createRowDecoder, type RowDecoder } from './types/row-decoder.ts'

const BIND = 0x42
const EXECUTE = 0x45
const SYNC = 0x53
/** Below this a loop beats a call of `set`. */
const LOOP_COPY_BYTES = 64

const noRows: RowDecoder = () => {
  throw new PgUnsupportedError('A row arrived from a statement that announced none')
}

/**
 * A statement as one connection has prepared it.
 *
 * Until the server has described it, it is `learning`. Everything about it that does not change from
 * execution to execution is built once: the Bind message up to the values, and what follows them
 * (result formats, Execute, Sync).
 */
export class PreparedStatement {
  readonly name: string
  readonly sql: string
  state: 'learning' | 'ready' | 'failed' | 'closed' = 'learning'
  /** Second chance: set by each use, taken back by the cache when it looks for a victim. */
  isRecent = false
  fields: readonly PgField[] = []
  decodeRow: RowDecoder = noRows
  #failure: ErrorFields | string | undefined
  #encoders: readonly ParameterEncoder[] = []
  #prefix: Uint8Array = new Uint8Array(0)
  #suffix: Uint8Array = new Uint8Array(0)
  #resultFormatBytes = 0
  #formatsAt = 0

  constructor(name: string, sql: string) {
    this.name = name
    this.sql = sql
  }

  /** Takes over what the server has said about it. */
  learn(parameterOids: readonly number[], fields: readonly PgField[], int8: Int8Mode): void {
    const twice = duplicateName(fields)
    if (twice !== undefined) {
      return this.fail(`two columns are named ${JSON.stringify(twice)}; give one an alias`)
    }
    const codecs = fields.map((field) => columnCodec(field.dataTypeId, int8))
    this.fields = fields
    this.#encoders = parameterOids.map(parameterEncoder)
    this.#buildPrefix(parameterOids.length)
    this.#buildSuffix(codecs.map((codec) => codec.format))
    if (fields.length > 0) {
      this.decodeRow = createRowDecoder(
        fields.map(({ name }, index) => ({
          name,
          decode: (codecs[index] as (typeof codecs)[0]).decode,
        })),
      )
    }
    this.state = 'ready'
  }

  fail(reason: ErrorFields | string): void {
    this.#failure = reason
    this.state = 'failed'
  }

  /** A new error for each query that waits for this statement, so that each has its own stack. */
  createFailure(): Error {
    return typeof this.#failure === 'object'
      ? new PgError(this.#failure, this.sql)
      : new PgUnsupportedError(`${this.sql}: ${this.#failure}`)
  }

  /**
   * Writes Bind, Execute and Sync.
   *
   * @throws {PgParameterError} when a value cannot be sent; then nothing has been written
   */
  bind(out: MessageWriter, parameters: readonly unknown[]): void {
    const encoders = this.#encoders
    const count = encoders.length
    if (parameters.length !== count) this.#refuseCount(parameters.length)
    const start = out.at
    const prefix = this.#prefix
    out.reserve(prefix.length)
    copy(prefix, out.bytes, start)
    out.at = start + prefix.length
    for (let index = 0; index < count; index++) {
      const value = parameters[index]
      if (value === null) out.int32(-1)
      else {
        try {
          if (value === undefined) throw new UnencodableError('it is undefined; use null for NULL')
          const format = (encoders[index] as ParameterEncoder)(out, value)
          // Formats are int16; the template holds zero bytes.
          out.bytes[start + this.#formatsAt + 2 * index + 1] = format
        } catch (error) {
          out.at = start
          throw this.#refuseParameter(index, error)
        }
      }
    }
    const suffix = this.#suffix
    out.reserve(suffix.length)
    copy(suffix, out.bytes, out.at)
    out.view.setInt32(start + 1, out.at + this.#resultFormatBytes - start - 1)
    out.at += suffix.length
  }

  #refuseCount(given: number): never {
    const expected = this.#encoders.length
    throw new PgParameterError(0, this.sql, `it has ${expected}, but ${given} were given`)
  }

  #refuseParameter(index: number, error: unknown): PgParameterError {
    const problem = error instanceof Error ? error.message : String(error)
    return new PgParameterError(index + 1, this.sql, problem, { cause: error })
  }

  /** Type, length (patched later), unnamed portal, statement name, parameter formats, parameter count. */
  #buildPrefix(parameterCount: number): void {
    const name = Buffer.from(this.name, 'latin1')
    this.#formatsAt = 5 + 1 + name.length + 1 + 2
    const prefix = Buffer.alloc(this.#formatsAt + 2 * parameterCount + 2)
    prefix[0] = BIND
    prefix.set(name, 6)
    prefix.writeUInt16BE(parameterCount, this.#formatsAt - 2)
    prefix.writeUInt16BE(parameterCount, this.#formatsAt + 2 * parameterCount)
    this.#prefix = new Uint8Array(prefix)
  }

  /** Result formats (one for all if equal), Execute without row limit, Sync. */
  #buildSuffix(formats: readonly number[]): void {
    const first = formats[0] ?? TEXT_FORMAT
    const shown = formats.every((format) => format === first) ? [first] : formats
    this.#resultFormatBytes = 2 + 2 * shown.length
    const suffix = Buffer.alloc(this.#resultFormatBytes + 10 + 5)
    suffix.writeUInt16BE(shown.length, 0)
    shown.forEach((format, index) => suffix.writeUInt16BE(format, 2 + 2 * index))
    let at = this.#resultFormatBytes
    suffix[at] = EXECUTE
    suffix.writeInt32BE(9, at + 1)
    at += 10
    suffix[at] = SYNC
    suffix.writeInt32BE(4, at + 1)
    this.#suffix = new Uint8Array(suffix)
  }
}

function copy(source: Uint8Array, target: Uint8Array, at: number): void {
  const { length } = source
  if (length > LOOP_COPY_BYTES) target.set(source, at)
  else for (let index = 0; index < length; index++) target[at + index] = source[index] as number
}

/** An object cannot hold two values under one name, and dropping one silently loses data. */
function duplicateName(fields: readonly PgField[]): string | undefined {
  const seen = new Set<string>()
  for (const { name } of fields) {
    if (seen.has(name)) return name
    seen.add(name)
  }
  return undefined
}
