import type { ReactorExitError } from '../errors.ts'
import type { Boot } from '../identity.ts'
import type { Command, Handle, Report } from '../membership/messages.ts'

/** What a reactor runs in, as its supervisor sees it: a thread, or a process where need be. */
export interface Host {
  /** Milliseconds its event loop has waited for something to do; undefined if nobody outside can tell. */
  idleMs(): number | undefined
  /** Of a thread, also after it has ended. */
  readonly threadId: number | undefined
  /** @param handle - moves to the reactor with the command that holds it */
  send(command: Command, handle?: Handle): void
  /** Ends it at once, whatever it is doing. */
  kill(): void
}

/** Called by the host; every call is an I/O callback of the run queue. */
export interface HostEvents {
  onReport(report: Report): void
  /** The last call, exactly once. */
  onExit(reason: ReactorExitError): void
}

export type StartHost = (boot: Omit<Boot, 'port'>, events: HostEvents) => Host
