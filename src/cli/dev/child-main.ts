import { Socket } from 'node:net'
import { pathToFileURL } from 'node:url'
import { AppServer } from '../../app/serving/app-server.ts'
import { listenPlan } from '../../app/serving/listen-options.ts'
import { LocalServer } from '../../app/serving/local-server.ts'
import { enterCallback, leaveCallback } from '../../core/run-queue.ts'
import type { HttpServer } from '../../http/index.ts'
import { loadEnvironment } from '../entry/environment.ts'
import { type LoadedApp, loadApp } from '../entry/load-app.ts'
import { explain } from '../terminal/explanation.ts'
import { trackLoads } from './load-tracker.ts'
import type { DevCommand, DevReport, DevSettings } from './messages.ts'

/** The process that `fasterapi dev` runs the app in: it ends with the first change of a file. */

type Preparation = Extract<DevCommand, { type: 'prepare' }>

/** Options of `run()` about where the app listens, on which cores, and whether that is encrypted. */
const NOT_ITS_OWN = [
  'path',
  'mode',
  'fd',
  'systemd',
  'reusePort',
  'module',
  'distribution',
  'shutdownTimeoutMs',
  'tls',
]

let stop: ((timeoutMs: number) => void) | undefined
let accept: ((socket: Socket) => void) | undefined
let lastLoaded: string | undefined
let preparing: Promise<void> | undefined

process.on('message', (command: DevCommand, socket: unknown) => {
  if (command.type === 'prepare') prepare(command)
  else if (command.type === 'begin') void begin(command.settings)
  else if (command.type === 'stop') (stop ?? end)(command.timeoutMs)
  else {
    report({ type: 'taken' })
    // The client may have gone on the way.
    if (socket instanceof Socket) accept?.(socket)
  }
})
process.once('disconnect', () => process.exit())
// Ctrl+C in a terminal is for the whole group, but the one who watches says when to stop.
process.on('SIGINT', () => {})
process.on('uncaughtExceptionMonitor', (error) => {
  report({ type: 'failed', explanation: explain(error, lastLoaded) })
})

function report(message: DevReport): void {
  // Without anybody to tell, this process is about to end.
  process.send?.(message, () => {})
}

function end(): never {
  process.exit()
}

/** Does what does not depend on the files of the app, before they are known to have changed. */
function prepare({ envFile, modules }: Preparation): void {
  preparing = load(envFile, modules)
  // Nobody may ask for this process; whoever does, is told.
  preparing.catch(() => {})
}

async function load(envFile: string | undefined, modules: readonly string[]): Promise<void> {
  // Modules read the environment when they are loaded.
  loadEnvironment(envFile)
  for (const module of modules) await import(pathToFileURL(module).href)
}

async function begin(settings: DevSettings): Promise<void> {
  process.argv.splice(1, process.argv.length, settings.entry)
  try {
    await preparing
    trackLoads((loaded) => {
      lastLoaded = loaded.file
      report({ type: 'loaded', file: loaded })
    })
    const loaded = await loadApp(settings.entry, settings.app)
    await serve(loaded, settings)
    const { title, version, swaggerUiPage } = loaded.app.settings
    report({ type: 'serving', title, version, docs: swaggerUiPage?.path })
  } catch (error) {
    const explanation = explain(error, lastLoaded)
    process.send?.({ type: 'failed', explanation } satisfies DevReport, () => process.exit(1))
  }
}

async function serve({ app, options }: LoadedApp, settings: DevSettings): Promise<void> {
  const { host, port, tls } = settings
  const own = Object.entries(options).filter(([name]) => !NOT_ITS_OWN.includes(name))
  const encryption = tls === undefined ? undefined : { tls }
  const plan = listenPlan({ ...Object.fromEntries(own), host, port, reactors: 1, ...encryption })
  const server = await LocalServer.open(app, plan, open, port)
  app.attach(new AppServer(server, plan.address, tls !== undefined))
  stop = (timeoutMs) => void server.close(timeoutMs).then(end, end)
}

function open(server: HttpServer): void {
  server.open()
  accept = (socket) => {
    enterCallback()
    try {
      server.accept(socket)
    } finally {
      leaveCallback()
    }
  }
}
