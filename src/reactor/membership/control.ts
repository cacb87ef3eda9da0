import type { Socket } from 'node:net'
import type { MessagePort, Transferable } from 'node:worker_threads'
import { asCallback } from '../callback.ts'
import type { Boot } from '../identity.ts'
import type { Command, Handle, Report } from './messages.ts'

/** A reactor's line to its supervisor. */
export interface Control {
  /** @param handle - moves to the supervisor with the report that holds it; threads only */
  report(report: Report, handle?: Handle): void
  /** From now on the reactor lives until {@link close}; every call is an I/O callback. */
  onCommand(listener: (command: Command) => void): void
  close(): void
}

export function openControl({ port }: Boot): Control {
  return port === undefined ? processControl() : threadControl(port)
}

/** Node's types do not know yet that servers and sockets can be moved to another thread. */
export function transferList(handle: Handle | undefined): readonly Transferable[] {
  return handle === undefined ? [] : [handle as unknown as Transferable]
}

function threadControl(port: MessagePort): Control {
  return {
    report: (report, handle) => port.postMessage(report, transferList(handle)),
    onCommand: (listener) => {
      port.on('message', (command: Command) => asCallback(() => listener(command)))
    },
    close: () => port.close(),
  }
}

function processControl(): Control {
  // Without a supervisor there is nobody to say when to stop; it may have gone while this one loaded.
  if (!process.connected) process.exit()
  process.once('disconnect', () => process.exit())
  return {
    report: (report) => process.send?.(report),
    onCommand: (listener) => {
      process.on('message', (command: Command, socket: Socket | undefined) => {
        if (command.type !== 'connection') {
          asCallback(() => listener(command))
          return
        }
        process.send?.({ type: 'taken' } satisfies Report)
        // The client may have gone on the way.
        if (socket !== undefined) asCallback(() => listener({ type: 'connection', socket }))
      })
    },
    close: () => process.disconnect(),
  }
}
