import type { QueueOptions as BossQueueOptions, PgBoss } from 'pg-boss'
import { OptionError } from '../core/errors.ts'
import { type Eventual, Future } from '../future/index.ts'
import { PgPool } from '../pg/index.ts'
import { Counters, type QueueCounters } from './counters.ts'
import { JobsStateError } from './errors.ts'
import { fromStored, type Job, type StoredJob, toStored } from './job.ts'
import {
  checkEnqueueOptions,
  checkJobsOptions,
  checkWorkerOptions,
  type EnqueueOptions,
  type JobsOptions,
  type ScheduleOptions,
  type WorkerOptions,
} from './options.ts'
import { loadPgBoss } from './pg-boss.ts'
import { poolDatabase, transactionDatabase } from './pool-database.ts'
import { JobQueue } from './queue.ts'

/** Does a job; it is done when the result is there, and has failed if that fails. */
export type JobHandler<Payload> = (job: Job<Payload>) => Eventual<unknown>

interface Worker {
  readonly queue: JobQueue<unknown>
  readonly options: WorkerOptions
  readonly handler: JobHandler<unknown>
}

/**
 * Jobs that survive the process: kept in PostgreSQL by `pg-boss`, on the connections of a pool.
 *
 * Each job is done at least once: a process may die between its work and the note that it is done.
 */
export class Jobs {
  readonly #pool: PgPool
  readonly #options: JobsOptions
  readonly #queues: Map<string, JobQueue<unknown>> = new Map()
  readonly #workers: Worker[] = []
  readonly #counters = new Counters()
  #boss: PgBoss | undefined
  #isStarted = false

  /** @throws {OptionError} on unknown or impossible options, or two queues of one name */
  constructor(pool: PgPool, queues: readonly JobQueue<unknown>[], options: JobsOptions = {}) {
    if (!(pool instanceof PgPool)) throw new OptionError('new Jobs() pool', pool, 'a PgPool')
    checkJobsOptions(options)
    this.#pool = pool
    this.#options = options
    for (const queue of queues as readonly unknown[]) this.#addQueue(queue)
  }

  /**
   * Sets a worker for a queue; it begins with {@link start}.
   *
   * @throws {OptionError} on unknown or impossible options, or a queue that is not one of these
   * @throws {JobsStateError} if the jobs have started
   */
  work<Payload>(queue: JobQueue<Payload>, handler: JobHandler<Payload>): void
  work<Payload>(
    queue: JobQueue<Payload>,
    options: WorkerOptions,
    handler: JobHandler<Payload>,
  ): void
  work(queue: JobQueue<unknown>, first: unknown, second?: unknown): void {
    if (this.#isStarted) throw new JobsStateError('Workers are set before the start')
    const known = this.#known(queue)
    const handler = second ?? first
    if (typeof handler !== 'function') throw new OptionError('work()', handler, 'a function')
    const options = second === undefined ? {} : (first as WorkerOptions)
    checkWorkerOptions(options)
    this.#workers.push({ queue: known, options, handler: handler as JobHandler<unknown> })
  }

  /**
   * Makes or brings up to date the tables and queues, and starts the workers.
   *
   * @returns fails with {@link JobsPackageMissingError}, {@link JobsStateError} after a first start,
   * and as the pool does
   */
  start(): Future<void> {
    return Future.from(this.#start())
  }

  /** Takes no more jobs, waits for those at work, then aborts their signals. */
  stop(): Future<void> {
    const boss = this.#boss
    this.#boss = undefined
    if (boss === undefined) return Future.ready()
    const timeout = this.#options.stopTimeoutMs ?? 10_000
    return Future.from(boss.stop({ graceful: true, timeout }))
  }

  /**
   * Adds a job.
   *
   * @returns its id; undefined if `singletonKey` says that there is one already. Fails with
   * `SerializationError` for a payload that does not fit, {@link JobsStateError} before the start and
   * after the stop, and as the pool does
   * @throws {OptionError} on unknown or impossible options, or a queue that is not one of these
   */
  enqueue<Payload>(
    queue: JobQueue<Payload>,
    payload: NoInfer<Payload>,
    options: EnqueueOptions = {},
  ): Future<string | undefined> {
    checkEnqueueOptions(options)
    this.#known(queue)
    const { in: transaction, traceparent, ...sent } = options
    const database = transaction === undefined ? {} : { db: transactionDatabase(transaction) }
    return Future.try(() => {
      const data = toStored(queue.payload, payload, traceparent)
      return this.#running().send(queue.name, data, { ...sent, ...database })
    }).then((id) => {
      if (id === null) return undefined
      this.#counters.of(queue.name).enqueued++
      return id
    })
  }

  /**
   * Adds a job again and again: `jobs.schedule(reports, '0 6 * * 1-5', {})`. Kept in the database, and
   * done once however many processes there are; replaces the schedule of the same queue and key.
   *
   * @param cron - minute, hour, day of the month, month, day of the week
   * @returns fails as {@link enqueue} does, and for an expression that cannot be
   */
  schedule<Payload>(
    queue: JobQueue<Payload>,
    cron: string,
    payload: NoInfer<Payload>,
    options: ScheduleOptions = {},
  ): Future<void> {
    this.#known(queue)
    const { timeZone = 'UTC', key } = options
    return Future.try(() => {
      const data = toStored(queue.payload, payload, undefined)
      const named = key === undefined ? {} : { key }
      return this.#running().schedule(queue.name, cron, data, { tz: timeZone, ...named })
    })
  }

  /** Ends a schedule; nothing happens if there is none. */
  unschedule(queue: JobQueue<unknown>, key?: string): Future<void> {
    this.#known(queue)
    return Future.try(() => this.#running().unschedule(queue.name, key))
  }

  /** Numbers of this process, by queue. */
  stats(): Record<string, Readonly<QueueCounters>> {
    return this.#counters.snapshot()
  }

  #addQueue(queue: unknown): void {
    if (!(queue instanceof JobQueue)) throw new OptionError('new Jobs() queues', queue, 'a queue()')
    const { deadLetter } = queue.options
    if (deadLetter !== undefined) this.#addQueue(deadLetter)
    const present = this.#queues.get(queue.name)
    if (present !== undefined && present !== queue) {
      throw new OptionError('new Jobs() queues', queue.name, 'a name that no other queue has')
    }
    this.#queues.set(queue.name, queue)
    this.#counters.of(queue.name)
  }

  #known(queue: JobQueue<unknown>): JobQueue<unknown> {
    const known = this.#queues.get(queue?.name)
    if ((known as unknown) === queue && known !== undefined) return known
    throw new OptionError('queue', queue, 'one of the queues given to new Jobs()')
  }

  #running(): PgBoss {
    if (this.#boss === undefined) throw new JobsStateError('The jobs have not started')
    return this.#boss
  }

  async #start(): Promise<void> {
    if (this.#isStarted) throw new JobsStateError('The jobs have started already')
    this.#isStarted = true
    const { PgBoss } = await loadPgBoss()
    const { schema = 'pgboss' } = this.#options
    const boss = new PgBoss({ db: poolDatabase(this.#pool), schema, useListenNotify: true })
    boss.on('error', (error) => this.#report(error, undefined))
    await boss.start()
    this.#boss = boss
    for (const queue of this.#queues.values()) await prepare(boss, queue)
    for (const worker of this.#workers) await this.#startWorker(boss, worker)
  }

  async #startWorker(boss: PgBoss, worker: Worker): Promise<void> {
    const { concurrency = 1, pollSeconds = 2 } = worker.options
    await boss.work<StoredJob>(
      worker.queue.name,
      {
        localConcurrency: concurrency,
        pollingIntervalSeconds: pollSeconds,
        // Nothing notifies of jobs that become due: those to be tried again, and those for later.
        notifyPollingIntervalSeconds: pollSeconds,
      },
      async ([job]) => {
        if (job !== undefined) await this.#run(worker, () => fromStored(worker.queue.payload, job))
      },
    )
  }

  async #run({ queue, handler }: Worker, read: () => Job<unknown>): Promise<void> {
    const counters = this.#counters.of(queue.name)
    counters.active++
    try {
      await handler(read())
      counters.completed++
    } catch (error) {
      counters.failed++
      this.#report(error, queue.name)
      throw error
    } finally {
      counters.active--
    }
  }

  #report(error: unknown, queue: string | undefined): void {
    const { onError } = this.#options
    if (onError !== undefined) onError(error, queue)
    else console.error(queue === undefined ? 'Jobs:' : `A job of ${queue} failed:`, error)
  }
}

/** Makes the queue, or gives the one there is the options it has now. */
async function prepare(boss: PgBoss, { name, options }: JobQueue<unknown>): Promise<void> {
  const settings: BossQueueOptions & { deadLetter?: string; notify: boolean } = {
    notify: true,
    ...present('retryLimit', options.retryLimit),
    ...present('retryDelay', options.retryDelaySeconds),
    ...present('retryBackoff', options.retryBackoff),
    ...present('retryDelayMax', options.retryDelayMaxSeconds),
    ...present('expireInSeconds', options.expireSeconds),
    ...present('retentionSeconds', options.retentionSeconds),
    ...present('deleteAfterSeconds', options.deleteAfterSeconds),
    ...present('deadLetter', options.deadLetter?.name),
  }
  await boss.createQueue(name, settings)
  await boss.updateQueue(name, settings)
}

function present(name: string, value: unknown): object {
  return value === undefined ? {} : { [name]: value }
}
