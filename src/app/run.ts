import { rejectUnknownOptions } from '../core/options.ts'
import { Deferred, type Future } from '../future/index.ts'
import { HTTP_SERVER_OPTION_NAMES } from '../http/index.ts'
import type { App } from './app.ts'
import type { AppServer, ListenAppOptions } from './server.ts'

export interface RunOptions extends ListenAppOptions {
  /** Requests still in flight so long after a signal are cut off; default 10,000. */
  readonly shutdownTimeoutMs?: number
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const
const OWN_OPTIONS = ['port', 'host', 'path', 'reusePort', 'backlog', 'shutdownTimeoutMs']

export function runApp(app: App, options: RunOptions): Future<void> {
  rejectUnknownOptions('run()', options, [...OWN_OPTIONS, ...HTTP_SERVER_OPTION_NAMES])
  const { shutdownTimeoutMs = 10_000, ...listenOptions } = options
  return app.listen(listenOptions).then(
    (server) => {
      printBanner(app, server)
      return serveUntilSignal(server, shutdownTimeoutMs)
    },
    (reason) => exitWith(reason, 'cannot start'),
  )
}

function printBanner(app: App, server: AppServer): void {
  const { title, version, docs } = app.settings
  const lines = [`${title} ${version} serves ${server.url}`]
  if (docs !== false && server.port !== 0) lines.push(`docs at ${server.url}${docs}`)
  console.log(`${lines.join(', ')} (process ${process.pid}, stop it with Ctrl+C)`)
}

/** The first signal drains; a second one does not wait any longer. */
function serveUntilSignal(server: AppServer, timeoutMs: number): Future<void> {
  const stopped = new Deferred<void>()
  const onSignal = (signal: NodeJS.Signals): void => {
    for (const name of SIGNALS) process.off(name, onSignal)
    for (const name of SIGNALS) process.once(name, () => process.exit(1))
    console.log(`${signal}: finishing requests in flight, at most ${timeoutMs} ms`)
    stopped.resolve(
      server.close({ timeoutMs }).then(
        () => process.exit(0),
        (reason) => exitWith(reason, 'did not stop cleanly'),
      ),
    )
  }
  for (const name of SIGNALS) process.on(name, onSignal)
  return stopped.future
}

function exitWith(reason: unknown, what: string): never {
  const message = reason instanceof Error ? reason.message : String(reason)
  console.error(`fasterapi: ${what}: ${message}`)
  return process.exit(1)
}
