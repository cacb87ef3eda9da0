import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { asCallback } from '../callback.ts'
import { ReactorExitError } from '../errors.ts'
import { BOOT_VARIABLE, type Boot, bootText } from '../identity.ts'
import type { Command, Handle, Report } from '../membership/messages.ts'
import type { Host, HostEvents, StartHost } from './host.ts'

/**
 * Runs reactors in processes of their own, for systems where threads cannot have the connections:
 * a process can be sent any kind of socket, on every system and by every Node.
 *
 * @param module - what each process runs
 */
export function processHosts(module: URL, maxHeapMb: number | undefined): StartHost {
  const limits = maxHeapMb === undefined ? [] : [`--max-old-space-size=${maxHeapMb}`]
  return (boot, events) => new ProcessHost(module, limits, boot, events)
}

interface HandleOwner {
  readonly _handle: { close?(): void } | null
}

interface Underway {
  readonly handle: Handle
  readonly system: HandleOwner['_handle']
}

class ProcessHost implements Host {
  readonly threadId = undefined
  readonly #child: ChildProcess
  /** Sent, but not taken yet: if the process dies now, nobody else closes them. */
  readonly #underway: Underway[] = []

  constructor(module: URL, limits: readonly string[], boot: Boot, events: HostEvents) {
    this.#child = fork(fileURLToPath(module), process.argv.slice(2), {
      env: { ...process.env, [BOOT_VARIABLE]: bootText(boot) },
      execArgv: [...process.execArgv, ...limits],
      // A process group of its own: Ctrl+C in a terminal is for the supervisor, which drains.
      detached: true,
      serialization: 'advanced',
    })
    this.#child.on('message', (report: Report) => {
      if (report.type === 'taken') this.#underway.shift()
      else asCallback(() => events.onReport(report))
    })
    this.#child.on('error', () => {})
    this.#child.once('close', (code, signal) => {
      for (const connection of this.#underway) closeBoth(connection)
      const how = signal === null ? `with code ${code}` : `by ${signal}`
      asCallback(() => events.onExit(new ReactorExitError(`its process ended ${how}`)))
    })
  }

  idleMs(): undefined {
    return undefined
  }

  send(command: Command, handle?: Handle): void {
    if (handle === undefined) this.#child.send(command, ignoreFailure)
    else {
      const { _handle: system } = handle as unknown as HandleOwner
      this.#underway.push({ handle, system })
      this.#child.send({ type: command.type }, handle, {}, ignoreFailure)
    }
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }
}

/** Node takes the system's handle from its socket when it is sent, and never closes it without an answer. */
function closeBoth({ handle, system }: Underway): void {
  if ('destroy' in handle) handle.destroy()
  system?.close?.()
}

/** What fails to leave finds no process, whose end is reported anyway. */
function ignoreFailure(): void {}
