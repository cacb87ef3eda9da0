import type { Transferable } from 'node:worker_threads'
import { enterCallback, leaveCallback } from '../core/run-queue.ts'
import { ReactorStateError } from './errors.ts'
import type { Boot } from './identity.ts'
import type { Command, Handle, Report } from './messages.ts'

/** A reactor's line to its supervisor. */
export interface Control {
  /** @param handle - moves to the supervisor with the report that holds it */
  report(report: Report, handle?: Handle): void
  /** From now on the reactor lives until {@link close}; every call is an I/O callback. */
  onCommand(listener: (command: Command) => void): void
  close(): void
}

/** Node's types do not know yet that servers and sockets can be moved to another thread. */
export function transferList(handle: Handle | undefined): readonly Transferable[] {
  return handle === undefined ? [] : [handle as unknown as Transferable]
}

export function openControl({ port }: Boot): Control {
  if (port === undefined) throw new ReactorStateError('This reactor has no line to its supervisor')
  return {
    report: (report, handle) => port.postMessage(report, transferList(handle)),
    onCommand: (listener) => {
      port.on('message', (command: Command) => {
        enterCallback()
        try {
          listener(command)
        } finally {
          leaveCallback()
        }
      })
    },
    close: () => port.close(),
  }
}
