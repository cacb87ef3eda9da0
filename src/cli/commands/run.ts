import { type RunOptions, runApp } from '../../app/serving/run.ts'
import {
  type Command,
  defineCommand,
  type OptionSpecs,
  type OptionValues,
} from '../arguments/command.ts'
import { loadEnvironment } from '../entry/environment.ts'
import { findEntry } from '../entry/find-entry.ts'
import { loadApp } from '../entry/load-app.ts'
import { CliUsageError } from '../errors.ts'
import { ENTRY, ENTRY_OPTIONS } from './entry-options.ts'
import {
  ADDRESS_OPTIONS,
  hostOfEnvironment,
  portOfEnvironment,
  tlsOptions,
} from './serve-options.ts'

const OPTIONS = {
  ...ENTRY_OPTIONS,
  ...ADDRESS_OPTIONS,
  uds: { kind: 'text', value: 'path', help: 'a Unix socket, in place of host and port' },
  fd: { kind: 'integer', value: 'number', help: 'a socket that listens already' },
  reactors: {
    kind: 'text',
    short: 'w',
    value: 'number|auto',
    help: 'threads that serve, each on a core of its own; default: auto, one for each core',
  },
  distribution: {
    kind: 'text',
    value: 'how',
    help: 'how connections come to reactors: reuse-port, transfer or cluster',
    choices: ['reuse-port', 'transfer', 'cluster'],
  },
  'shutdown-timeout': {
    kind: 'integer',
    value: 'ms',
    help: 'requests in flight get so long after SIGTERM; default: 10000',
  },
} as const satisfies OptionSpecs

/** `fasterapi run`, with the module that every reactor runs: the program itself. */
export const runCommand = (program: URL): Command =>
  defineCommand({
    name: 'run',
    summary: 'serves an app in production: every core, graceful stops',
    details:
      'Sets NODE_ENV to production unless it is set. SIGTERM and SIGINT drain; SIGHUP replaces the\nreactors with new ones that load the code as it is then, without a lost request.',
    operand: ENTRY,
    options: OPTIONS,
    run: async ({ operand, options }) => {
      process.env['NODE_ENV'] ??= 'production'
      loadEnvironment(options.env)
      const asked = runOptions(options)
      const { app, options: own } = await loadApp(findEntry(operand), options.app)
      await runApp(app, { ...withoutAddress(own, asked), ...asked, module: program })
      return 0
    },
  })

function runOptions(options: OptionValues<typeof OPTIONS>): RunOptions {
  const { uds, fd, distribution, 'shutdown-timeout': shutdownTimeoutMs } = options
  const isElsewhere = uds !== undefined || fd !== undefined
  const places = [uds, fd, options.port ?? options.host].filter((place) => place !== undefined)
  if (places.length > 1) {
    throw new CliUsageError('--uds, --fd and --host with --port exclude each other')
  }
  return given({
    path: uds,
    fd,
    host: isElsewhere ? undefined : (options.host ?? hostOfEnvironment()),
    port: isElsewhere ? undefined : (options.port ?? portOfEnvironment()),
    reactors: reactorsOf(options.reactors),
    distribution: distribution as RunOptions['distribution'],
    shutdownTimeoutMs,
    ...tlsOptions(options),
  })
}

function reactorsOf(text: string | undefined): number | 'auto' | undefined {
  if (text === undefined || text === 'auto') return text
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= 256) return count
  throw new CliUsageError(`--reactors must be auto or a number from 1 to 256, got '${text}'`)
}

const ADDRESS_NAMES = ['host', 'port', 'path', 'mode', 'fd', 'systemd'] as const

/** An address on the command line takes the place of the one in the code, as a whole. */
function withoutAddress(own: RunOptions, asked: RunOptions): RunOptions {
  if (asked.path === undefined && asked.fd === undefined) {
    const isMoved = asked.host !== undefined || asked.port !== undefined
    return isMoved ? omit(own, ['path', 'mode', 'fd', 'systemd']) : own
  }
  return omit(own, ADDRESS_NAMES)
}

function omit(options: RunOptions, names: readonly string[]): RunOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name)))
}

function given(
  options: { readonly [Name in keyof RunOptions]: RunOptions[Name] | undefined },
): RunOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as RunOptions
}
