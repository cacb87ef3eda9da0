import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import {
  type Command,
  defineCommand,
  type OptionSpecs,
  type OptionValues,
} from '../arguments/command.ts'
import { Announcer } from '../dev/announcer.ts'
import { DevServer, type DevServerOptions } from '../dev/dev-server.ts'
import { findEntry } from '../entry/find-entry.ts'
import { CliError } from '../errors.ts'
import { ENTRY, ENTRY_OPTIONS } from './entry-options.ts'
import {
  ADDRESS_OPTIONS,
  hostOfEnvironment,
  portOfEnvironment,
  tlsOptions,
} from './serve-options.ts'

const OPTIONS = {
  ...ENTRY_OPTIONS,
  env: { ...ENTRY_OPTIONS.env, help: 'default: .env, if there is one' },
  ...ADDRESS_OPTIONS,
  open: { kind: 'flag', short: 'o', help: 'shows the docs in the browser' },
  watch: {
    kind: 'text',
    value: 'paths',
    help: 'files and folders to watch besides what the app imports, with commas between',
  },
  grace: {
    kind: 'integer',
    value: 'ms',
    help: 'requests in flight get so long when a file changes; default: 1000',
  },
  inspect: { kind: 'flag', help: 'lets a debugger attach, on port 9229' },
} as const satisfies OptionSpecs

const DEFAULT_GRACE_MS = 1000
const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = 8000

/** `fasterapi dev`. */
export const devCommand: Command = defineCommand({
  name: 'dev',
  summary: 'serves an app, and starts it again whenever a file of it changes',
  details:
    'The port stays open meanwhile: requests wait for the app, or are told why it does not start.\nSets NODE_ENV to development unless it is set.',
  operand: ENTRY,
  options: OPTIONS,
  run: async ({ operand, options }) => {
    process.env['NODE_ENV'] ??= 'development'
    const settings = settingsOf(findEntry(operand), options)
    const announcer = new Announcer(settings, options.open === true)
    const server = await DevServer.start(settings, announcer)
    announcer.server = server
    await untilSignal(server)
    return 0
  },
})

function settingsOf(entry: string, options: OptionValues<typeof OPTIONS>): DevServerOptions {
  const envFile = environmentFile(options.env)
  // Only a look: every process of the app reads the file as it is then.
  const environment = envFile === undefined ? {} : parseEnv(readFileSync(envFile, 'utf8'))
  const extra = options.watch?.split(',').map((path) => resolve(path)) ?? []
  return {
    entry,
    app: options.app,
    envFile,
    host: options.host ?? hostOfEnvironment(environment) ?? DEFAULT_HOST,
    port: options.port ?? portOfEnvironment(environment) ?? DEFAULT_PORT,
    tls: tlsOptions(options)?.tls,
    graceMs: options.grace ?? DEFAULT_GRACE_MS,
    nodeOptions: options.inspect === true ? ['--inspect'] : [],
    watched: envFile === undefined ? extra : [...extra, envFile],
  }
}

/** @throws {CliError} if the one that was asked for is not there */
function environmentFile(name: string | undefined): string | undefined {
  const file = resolve(name ?? '.env')
  if (existsSync(file)) return file
  if (name === undefined) return undefined
  throw new CliError(`There is no file ${name}: --env`)
}

/** The first signal stops the app as a change would; a second one does not wait. */
function untilSignal(server: DevServer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let isStopping = false
  const stop = (): void => {
    if (isStopping) server.kill()
    else server.close().then(resolve, resolve)
    isStopping = true
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  return promise
}
