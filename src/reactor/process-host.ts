import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { enterCallback, leaveCallback } from '../core/run-queue.ts'
import { ReactorExitError } from './errors.ts'
import type { Host, HostEvents, StartHost } from './host.ts'
import { BOOT_VARIABLE, type Boot } from './identity.ts'
import type { Command, Handle, Report } from './messages.ts'

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

class ProcessHost implements Host {
  readonly #child: ChildProcess

  constructor(module: URL, limits: readonly string[], boot: Boot, events: HostEvents) {
    this.#child = fork(fileURLToPath(module), process.argv.slice(2), {
      env: { ...process.env, [BOOT_VARIABLE]: JSON.stringify(boot) },
      execArgv: [...process.execArgv, ...limits],
      // A process group of its own: Ctrl+C in a terminal is for the supervisor, which drains.
      detached: true,
      serialization: 'advanced',
    })
    const tell = (event: () => void): void => {
      enterCallback()
      try {
        event()
      } finally {
        leaveCallback()
      }
    }
    this.#child.on('message', (report: Report) => tell(() => events.onReport(report)))
    this.#child.on('error', () => {})
    this.#child.once('close', (code, signal) => {
      const how = signal === null ? `with code ${code}` : `by ${signal}`
      tell(() => events.onExit(new ReactorExitError(`its process ended ${how}`)))
    })
  }

  send(command: Command, handle?: Handle): void {
    // What fails to leave finds no process: its end is reported anyway.
    const done = (): void => {}
    if (handle === undefined) this.#child.send(command, done)
    else this.#child.send({ type: command.type }, handle, {}, done)
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }
}
