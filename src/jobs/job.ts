import type { Job as BossJob } from 'pg-boss'
import type { Schema } from '../schema/index.ts'

/** One job as its worker gets it. */
export interface Job<Payload> {
  readonly id: string
  readonly payload: Payload
  /** 1 for the first try. */
  readonly attempt: number
  /** Fires when the job takes too long, or the program stops and does not wait any longer. */
  readonly signal: AbortSignal
  /** The trace that the job was added in, if that was told: a W3C `traceparent`. */
  readonly traceparent: string | undefined
}

/** What stands in the database: payloads need not be objects, and are not alone. */
export interface StoredJob {
  readonly payload: unknown
  readonly traceparent?: string
}

/** @throws {SerializationError} if the payload does not fit the schema */
export function toStored<Payload>(
  schema: Schema<Payload>,
  payload: Payload,
  traceparent: string | undefined,
): StoredJob {
  const json: unknown = JSON.parse(schema.stringify(payload))
  return traceparent === undefined ? { payload: json } : { payload: json, traceparent }
}

/** @throws {ValidationError} if what was stored does not fit the schema (any more) */
export function fromStored<Payload>(
  schema: Schema<Payload>,
  { id, data, retryCount, signal }: BossJob<StoredJob>,
): Job<Payload> {
  const payload = schema.parse(data.payload)
  return { id, payload, attempt: retryCount + 1, signal, traceparent: data.traceparent }
}
