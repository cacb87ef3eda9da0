import {
  checkEventStreamOptions,
  type EventStreamOptions,
  type EventStreamSource,
  type HttpResponse,
  sse,
} from '../../http/index.ts'
import {
  adoptSchema,
  type JsonSchema,
  type JsonSchemaRefs,
  type Schema,
  SerializationError,
  type StandardSchema,
} from '../../schema/index.ts'
import { ResponseValidationError } from '../errors.ts'

export type EventsOptions = Omit<EventStreamOptions, 'serialize' | 'headers'>

/** Says in `out` that a status answers with a stream of events; made by {@link events}. */
export class EventStreamOutput<out Data> {
  /** Type only; never set. */
  declare readonly '~data': Data
  /** Of the data of each event; without one it is sent as it is. @internal */
  readonly schema: Schema<unknown> | undefined
  readonly #options: EventsOptions

  /** @internal */
  constructor(schema: Schema<unknown> | undefined, options: EventsOptions) {
    this.schema = schema
    this.#options = options
  }

  /**
   * @param name - method and pattern, for failures
   * @throws {ResponseValidationError} if `source` gives no events
   * @internal
   */
  respond(name: string, source: unknown): HttpResponse {
    const { schema } = this
    const serialize =
      schema === undefined ? {} : { serialize: (data: unknown) => write(name, schema, data) }
    try {
      return sse(source as EventStreamSource, { ...this.#options, ...serialize })
    } catch (cause) {
      throw new ResponseValidationError(`${name}: the result is no generator of events`, { cause })
    }
  }

  /** Of one event, as OpenAPI 3.2 and FastAPI describe streams. @internal */
  toJsonSchema(refs: JsonSchemaRefs): JsonSchema {
    const { schema } = this
    const contentSchema =
      schema === undefined
        ? {}
        : { contentMediaType: 'application/json', contentSchema: schema.toJsonSchema(refs) }
    return {
      type: 'object',
      properties: {
        data: { type: 'string', ...contentSchema },
        event: { type: 'string' },
        id: { type: 'string' },
        retry: { type: 'integer', minimum: 0 },
      },
      // Without a schema, anything goes: comments and ids of their own as well.
      ...(schema === undefined ? undefined : { required: ['data'] }),
    }
  }
}

/**
 * For `out`: the route answers with server-sent events. Its handler is an async generator that yields
 * `{ data, event?, id?, retry?, comment? }`, or returns one.
 *
 * @param schema - of the data of each event, which is then sent as JSON; without one, text is sent as
 * it is and everything else as JSON
 * @throws {OptionError} on unknown or impossible options
 */
export function events(): EventStreamOutput<unknown>
export function events<Data>(
  schema: StandardSchema<Data>,
  options?: EventsOptions,
): EventStreamOutput<Data>
export function events(
  schema?: StandardSchema<unknown>,
  options: EventsOptions = {},
): EventStreamOutput<unknown> {
  const adopted = schema === undefined ? undefined : adoptSchema('events() schema', schema)
  checkEventStreamOptions('events()', options)
  return new EventStreamOutput(adopted, options)
}

function write(name: string, schema: Schema<unknown>, data: unknown): string {
  try {
    return schema.stringify(data)
  } catch (error) {
    if (!(error instanceof SerializationError)) throw error
    throw new ResponseValidationError(
      `${name}: the data of an event does not fit its schema: ${error.message}`,
      { cause: error },
    )
  }
}
