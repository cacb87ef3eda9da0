import { constants } from 'node:os'
import { isatty } from 'node:tty'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { Deferred, Future } from '../../future/index.ts'
import { membership } from '../../reactor/membership/membership.ts'
import { DRAIN_TIMEOUT_MS } from '../../reactor/supervision/supervisor.ts'
import type { App } from '../app.ts'
import type { AppServer } from './app-server.ts'
import { LISTEN_OPTION_NAMES, type ListenAppOptions } from './listen-options.ts'
import { takeRun } from './run-capture.ts'

export interface RunOptions extends ListenAppOptions {
  /** Requests still in flight so long after a signal are cut off; default 10,000. */
  readonly shutdownTimeoutMs?: number
}

const STOP_SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT']

export function runApp(app: App, options: RunOptions): Future<void> {
  rejectUnknownOptions('run()', options, [...LISTEN_OPTION_NAMES, 'shutdownTimeoutMs'])
  if (takeRun({ app, options })) return new Deferred<void>().future
  const { shutdownTimeoutMs, ...listenOptions } = options
  const timeoutMs = integerOption(
    'run().shutdownTimeoutMs',
    shutdownTimeoutMs,
    DRAIN_TIMEOUT_MS,
    0,
    0x7fffffff,
  )
  const listening = Future.try(() => app.listen({ reactors: 'auto', ...listenOptions }))
  if (membership !== undefined && options.reactors !== 1) return runReactor(listening)
  return listening.then(
    (server) => {
      const stopped = serveUntilSignal(server, timeoutMs)
      // Whoever reads the banner may send a signal at once.
      printBanner(app, server)
      return stopped
    },
    (reason) => exitWith(reason, 'cannot start'),
  )
}

/** In a reactor signals and messages are the supervisor's; it has been told of a failure, too. */
function runReactor(listening: Future<AppServer>): Future<void> {
  return listening.then(
    (server) => server.closed,
    () => new Deferred<void>().future,
  )
}

function printBanner(app: App, server: AppServer): void {
  const { title, version, swaggerUiPage: docs } = app.settings
  const { length: count } = server.reactors
  const lines = [`${title} ${version} serves ${server.url}`]
  if (docs !== undefined && server.port !== 0) lines.push(`docs at ${server.url}${docs.path}`)
  if (count > 1) lines.push(`${count} reactors`)
  console.log(`${lines.join(', ')} (process ${process.pid}, stop it with Ctrl+C)`)
}

/** The first signal drains; a second one does not wait any longer. SIGHUP reloads the code,
 * or without reactors the certificates. */
function serveUntilSignal(server: AppServer, timeoutMs: number): Future<void> {
  const stopped = new Deferred<void>()
  const onStop = (signal: NodeJS.Signals): void => {
    for (const name of STOP_SIGNALS) process.off(name, onStop)
    for (const name of STOP_SIGNALS) {
      process.once(name, () => process.exit(128 + constants.signals[name]))
    }
    console.log(`${signal}: finishing requests in flight, at most ${timeoutMs} ms`)
    stopped.resolve(
      server.close({ timeoutMs }).then(
        () => process.exit(0),
        (reason) => exitWith(reason, 'did not stop cleanly'),
      ),
    )
  }
  for (const name of STOP_SIGNALS) process.on(name, onStop)
  // A terminal that is closed sends the same signal, and then nobody is left to stop the program.
  const isDaemon = !isatty(0)
  if (isDaemon && server.reactors.length > 1) process.on('SIGHUP', () => reload(server, timeoutMs))
  else if (isDaemon && server.url.startsWith('https:')) {
    process.on('SIGHUP', () => reloadCertificates(server))
  }
  server.closed.catch((reason) => exitWith(reason, 'gave up')).ignore()
  return stopped.future
}

function reload(server: AppServer, timeoutMs: number): void {
  console.log('SIGHUP: replacing the reactors')
  server
    .reload({ timeoutMs })
    .then(
      () => console.log('SIGHUP: all reactors run the new code'),
      (reason) => console.error(`fasterapi: the old code goes on: ${messageOf(reason)}`),
    )
    .ignore()
}

function reloadCertificates(server: AppServer): void {
  console.log('SIGHUP: reading the certificates again')
  server
    .reloadCertificates()
    .then(
      () => console.log('SIGHUP: new connections get the new certificates'),
      (reason) => console.error(`fasterapi: the old certificates stay: ${messageOf(reason)}`),
    )
    .ignore()
}

function exitWith(reason: unknown, what: string): never {
  console.error(`fasterapi: ${what}: ${messageOf(reason)}`)
  return process.exit(1)
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason)
}
