import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { asCallback } from '../callback.ts'
import { ReactorExitError } from '../errors.ts'
import { BOOT_KEY, type Boot } from '../identity.ts'
import { transferList } from '../membership/control.ts'
import type { Command, Handle, Report } from '../membership/messages.ts'
import type { Host, HostEvents, StartHost } from './host.ts'

/**
 * Runs reactors in threads of this process.
 *
 * The module is the main script of each thread, so that `import.meta.main` and the arguments of the
 * program are what they are on the main thread.
 *
 * @param module - what each thread runs
 */
export function threadHosts(module: URL, maxHeapMb: number | undefined): StartHost {
  return (boot, events) => new ThreadHost(module, maxHeapMb, boot, events)
}

class ThreadHost implements Host {
  readonly threadId: number
  readonly #worker: Worker
  readonly #channel: MessageChannel = new MessageChannel()
  #failure: ReactorExitError | undefined

  constructor(module: URL, maxHeapMb: number | undefined, boot: Boot, events: HostEvents) {
    const { port1, port2 } = this.#channel
    this.#worker = new Worker(module, {
      argv: process.argv.slice(2),
      name: `reactor ${boot.id}`,
      workerData: { [BOOT_KEY]: { ...boot, port: port2 } },
      transferList: [port2],
      ...(maxHeapMb === undefined
        ? undefined
        : { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } }),
    })
    this.threadId = this.#worker.threadId
    const onReport = (report: Report): void => asCallback(() => events.onReport(report))
    port1.on('message', onReport)
    this.#worker.on('error', (error: unknown) => {
      this.#failure = crash(error)
    })
    this.#worker.once('exit', (code) => {
      // Its last words may still be under way: they come before its end.
      for (let last = receiveMessageOnPort(port1); last; last = receiveMessageOnPort(port1)) {
        onReport(last.message as Report)
      }
      port1.close()
      const reason = this.#failure ?? new ReactorExitError(`its thread ended with code ${code}`)
      asCallback(() => events.onExit(reason))
    })
  }

  idleMs(): number {
    return this.#worker.performance.eventLoopUtilization().idle
  }

  send(command: Command, handle?: Handle): void {
    this.#channel.port1.postMessage(command, transferList(handle))
  }

  kill(): void {
    void this.#worker.terminate()
  }
}

function crash(error: unknown): ReactorExitError {
  const code = (error as { readonly code?: unknown } | null)?.code
  return new ReactorExitError(
    code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it ran out of memory' : 'an error was not caught',
    error,
  )
}
