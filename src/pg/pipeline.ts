import { PgError, PgProtocolError, PgUnsupportedError } from './errors.ts'
import { type Linked, LinkedQueue } from './linked-queue.ts'
import { decodeErrorFields, type ErrorFields } from './protocol/error-fields.ts'
import type { MessageSink } from './protocol/framing.ts'
import {
  writeCloseStatement,
  writeDescribeStatement,
  writeParse,
  writeQuery,
  writeSync,
} from './protocol/frontend-message.ts'
import { MessageReader } from './protocol/reader.ts'
import { readUtf8 } from './protocol/text.ts'
import { MessageWriter } from './protocol/writer.ts'
import { COUNT, type Query, SELECT_TAG, SIMPLE } from './query.ts'
import { decodeRowDescription, type PgField } from './result.ts'
import { PreparedStatement } from './statement.ts'
import { StatementCache } from './statement-cache.ts'
import type { Int8Mode } from './types/registry.ts'

/** Output beyond this leaves at once, without waiting for the end of the turn. */
const FLUSH_BYTES = 256 * 1024
/** Times a query is sent again after a failure that was not its own. */
export const MAX_RESENDS = 3
/** SQLSTATE query_canceled. */
const CANCELED = '57014'

/** The body of ReadyForQuery when no transaction is open. */
export const IDLE = 0x49

/** What a pipeline asks of the connection it runs on. */
export interface PipelineHost {
  /** Bytes wait in `output`: flush them when the turn ends. */
  onOutput(): void
  /** Many bytes wait in `output`: flush them now. */
  onFullOutput(): void
  /** The query that runs now was given up by its caller. */
  onAbandonedHead(): void
  /** The server ends the connection, and says why. */
  onFatal(error: PgError): void
  /** Somebody has notified a channel that this connection listens to. */
  onNotification(reader: MessageReader): void
  /** This query never took effect here, through no fault of its own. */
  resend(query: Query): void
}

/** Parse and Describe of one statement, on the wire between the queries. */
class LearnStep {
  readonly isLearning = true
  readonly statement: PreparedStatement
  next: Linked | undefined = undefined
  parameterOids: number[] = []
  fields: PgField[] = []
  failure: ErrorFields | undefined = undefined
  isExposedToCancel = false

  constructor(statement: PreparedStatement) {
    this.statement = statement
  }
}

type WireEntry = Query | LearnStep

/**
 * The query phase of one connection: many queries under way at once, answered in order, each in its
 * own Sync segment so that one's failure is not the next one's.
 *
 * Pure protocol: it writes into `output` and is told messages; it knows no socket and no clock.
 *
 * @see PostgreSQL manual, "Message Flow", Extended Query and Pipelining
 */
export class Pipeline implements MessageSink {
  readonly output: MessageWriter = new MessageWriter()
  /** Sent, or in `output`, and not answered; oldest first. */
  readonly wire: LinkedQueue<WireEntry> = new LinkedQueue()
  /** Waiting for a statement to be learned; nothing overtakes them. */
  readonly held: LinkedQueue<Query> = new LinkedQueue()
  /** Entries of `wire` that are still in `output`. */
  unflushed = 0
  transactionStatus: number = IDLE
  /** Segments that the server has finished. */
  answered = 0
  /** Queries may depend on those before them: a statement is parsed only when all of them were sent. */
  isOrdered = false
  /** A cancel request is under way, which might hit whatever is sent now. */
  isPaused = false
  readonly #host: PipelineHost
  readonly #int8: Int8Mode
  readonly #statements: StatementCache
  #nextName = 1

  constructor(host: PipelineHost, int8: Int8Mode, statementCacheSize: number) {
    this.#host = host
    this.#int8 = int8
    this.#statements = new StatementCache(statementCacheSize)
  }

  /** Queries that are not answered yet. */
  get load(): number {
    return this.wire.length + this.held.length
  }

  /** Takes over a query; it is settled, or handed back to the host, whatever happens. */
  submit(query: Query): void {
    query.pipeline = this
    if (query.shape < SIMPLE) {
      const statement = this.#statements.get(query.sql)
      if (statement?.state === 'ready' && this.held.length === 0 && !this.isPaused) {
        query.statement = statement
        return this.#execute(query, statement)
      }
      if (!this.isOrdered && !this.isPaused) query.statement = statement ?? this.#learn(query.sql)
    }
    this.held.push(query)
    this.#advance()
  }

  /** The end of the pause. */
  resume(): void {
    this.isPaused = false
    this.#advance()
  }

  /** Told that `query`, which is here, was given up: once sent it can only be cancelled at its turn. */
  abandon(query: Query): void {
    if (this.wire.head === query) this.#host.onAbandonedHead()
  }

  /** Sends what waits, in order, up to the first query whose statement is not known yet. */
  #advance(): void {
    if (this.isPaused) return
    for (let query = this.held.head; query !== undefined; query = this.held.head) {
      if (!query.isSettled && query.shape < SIMPLE) {
        let { statement } = query
        if (statement === undefined || statement.state === 'closed') {
          statement = this.#statements.get(query.sql) ?? this.#learn(query.sql)
          query.statement = statement
        }
        if (statement.state === 'learning') return
        this.held.shift()
        if (statement.state === 'failed') query.reject(statement.createFailure())
        else this.#execute(query, statement)
        continue
      }
      this.held.shift()
      if (query.isSettled) continue
      writeQuery(this.output, query.sql)
      this.#sent(query)
    }
  }

  #execute(query: Query, statement: PreparedStatement): void {
    try {
      statement.bind(this.output, query.parameters)
    } catch (error) {
      return query.reject(error)
    }
    this.#sent(query)
  }

  #learn(sql: string): PreparedStatement {
    const statement = new PreparedStatement(`s${this.#nextName++}`, sql)
    this.#statements.add(statement)
    writeParse(this.output, statement.name, sql)
    writeDescribeStatement(this.output, statement.name)
    writeSync(this.output)
    this.#sent(new LearnStep(statement))
    return statement
  }

  /** No Sync of its own: it travels in front of the next segment. */
  #close(statement: PreparedStatement): void {
    statement.state = 'closed'
    writeCloseStatement(this.output, statement.name)
  }

  #sent(entry: WireEntry): void {
    this.wire.push(entry)
    this.unflushed++
    if (this.unflushed === 1) this.#host.onOutput()
    if (this.output.at > FLUSH_BYTES) this.#host.onFullOutput()
  }

  /** @throws {PgProtocolError} when the server does not keep to the protocol: the connection is lost */
  onMessage(type: number, bytes: Buffer, view: DataView, start: number, end: number): void {
    switch (type) {
      case 0x44: // D, DataRow
        return this.#onRow(bytes, view, start, end)
      case 0x43: // C, CommandComplete
        return this.#onComplete(bytes, start, end)
      case 0x5a: // Z, ReadyForQuery
        return this.#onReady(bytes, start, end)
      case 0x45: // E, ErrorResponse
        return this.#onError(decodeErrorFields(new MessageReader(bytes, start, end)))
      case 0x74: // t, ParameterDescription
      case 0x54: // T, RowDescription
        return this.#onDescription(type, new MessageReader(bytes, start, end))
      case 0x31: // 1, ParseComplete
      case 0x32: // 2, BindComplete
      case 0x33: // 3, CloseComplete
      case 0x6e: // n, NoData
      case 0x49: // I, EmptyQueryResponse
      case 0x53: // S, ParameterStatus
      case 0x4e: // N, NoticeResponse
        return undefined
      case 0x41: // A, NotificationResponse
        return this.#host.onNotification(new MessageReader(bytes, start, end))
      case 0x47: // G, CopyInResponse
      case 0x48: // H, CopyOutResponse
      case 0x57: // W, CopyBothResponse
        return this.#refuseCopy()
      default:
        throw new PgProtocolError(`Unexpected message of type 0x${type.toString(16)}`)
    }
  }

  #onRow(bytes: Buffer, view: DataView, start: number, end: number): void {
    const head = this.wire.head
    if (head === undefined || head.isLearning) throw new PgProtocolError('A row nobody asked for')
    if (head.isSettled || head.shape >= COUNT || head.failure !== undefined) return
    try {
      const row = (head.statement as PreparedStatement).decodeRow(bytes, view, start, end)
      head.rows.push(row)
    } catch (error) {
      if (error instanceof PgProtocolError) throw error
      // One value without a JavaScript form fails its query; the rest of its rows are skipped.
      head.failure = error
    }
  }

  #onComplete(bytes: Buffer, start: number, end: number): void {
    const head = this.wire.head
    if (head === undefined) throw new PgProtocolError('A completion nobody waits for')
    if (head.isLearning) throw new PgProtocolError('A completion nobody waits for')
    // "SEL": the tag of nearly all, whose number is known when there are rows.
    if (head.rows.length > 0 && bytes[start] === 0x53 && bytes[start + 2] === 0x4c)
      head.tag = SELECT_TAG
    else head.tag = readUtf8(bytes, start, end - 1)
  }

  #onReady(bytes: Buffer, start: number, end: number): void {
    if (end - start !== 1) throw new PgProtocolError('ReadyForQuery without a status')
    const status = bytes[start] as number
    this.transactionStatus = status
    this.answered++
    const entry = this.wire.shift()
    if (entry === undefined) throw new PgProtocolError('ReadyForQuery nobody waits for')
    if (status !== IDLE && !this.isOrdered) this.#refuseTransaction(entry)
    if (entry.isLearning) this.#finishLearning(entry)
    else if (!entry.isSettled) {
      if (entry.failure === undefined) entry.complete()
      else this.#finishFailed(entry)
    }
    const head = this.wire.head
    if (head !== undefined && !head.isLearning && head.isSettled) this.#host.onAbandonedHead()
  }

  /** On a shared connection everybody's statements would land in that transaction. */
  #refuseTransaction(entry: WireEntry): never {
    const error = new PgUnsupportedError(
      'A transaction was begun through query or exec; use transaction, which has a connection of its own',
    )
    if (!entry.isLearning) entry.reject(error)
    throw error
  }

  #finishLearning(step: LearnStep): void {
    const { statement, failure } = step
    if (failure === undefined) statement.learn(step.parameterOids, step.fields, this.#int8)
    // Hit by somebody else's cancel request: those who wait have it learned anew.
    else if (failure.sqlState === CANCELED && step.isExposedToCancel) statement.state = 'closed'
    else statement.fail(failure)
    if (statement.state !== 'ready') this.#statements.delete(statement)
    this.#advance()
    // Last, so that whoever waited for it has used it.
    for (let old = this.#statements.evict(); old !== undefined; old = this.#statements.evict()) {
      this.#close(old)
    }
  }

  /** In autocommit a failed statement had no effect: when it was not to blame, it may be sent again. */
  #finishFailed(query: Query): void {
    const { failure } = query
    if (failure instanceof PgError && query.resends < MAX_RESENDS) {
      const isStale = isStalePlan(failure)
      if (isStale && query.statement !== undefined && this.#statements.delete(query.statement)) {
        this.#close(query.statement)
      }
      const isInnocent = isStale || (failure.sqlState === CANCELED && query.isExposedToCancel)
      if (
        isInnocent &&
        this.transactionStatus === IDLE &&
        !this.isOrdered &&
        query.shape !== SIMPLE
      ) {
        query.resends++
        query.reset()
        return this.#host.resend(query)
      }
    }
    query.complete()
  }

  #onError(fields: ErrorFields): void {
    const head = this.wire.head
    const query = head === undefined || head.isLearning ? undefined : head
    if (fields.severity === 'FATAL' || fields.severity === 'PANIC') {
      return this.#host.onFatal(new PgError(fields, query?.sql))
    }
    if (head === undefined) throw new PgProtocolError(`An error nobody caused: ${fields.message}`)
    if (head.isLearning) head.failure = fields
    else head.failure ??= new PgError(fields, head.sql)
  }

  #onDescription(type: number, reader: MessageReader): void {
    const head = this.wire.head
    if (head === undefined) throw new PgProtocolError('A description nobody asked for')
    // The simple protocol describes its rows, too; their number is all that is wanted of them.
    if (!head.isLearning) return
    if (type === 0x54) head.fields = decodeRowDescription(reader)
    else for (let left = reader.uint16(); left > 0; left--) head.parameterOids.push(reader.uint32())
  }

  /** COPY would swallow the messages behind it: the connection is given up rather than guessed at. */
  #refuseCopy(): void {
    const head = this.wire.head
    const error = new PgUnsupportedError('COPY needs a stream; it cannot run through query or exec')
    if (head !== undefined && !head.isLearning) head.reject(error)
    throw error
  }
}

/**
 * The plan of a prepared statement no longer fits its table, or the server has forgotten the statement.
 * The message is localised, so the first is recognised by its routine.
 */
function isStalePlan(error: PgError): boolean {
  return (
    (error.sqlState === '0A000' && error.routine === 'RevalidateCachedQuery') ||
    error.sqlState === '26000'
  )
}
