import { enterCallback, leaveCallback } from '../../core/run-queue.ts'

/** Runs what `node:http2` reports as an I/O callback of the run queue. */
export function asCallback(run: () => void): void {
  enterCallback()
  try {
    run()
  } finally {
    leaveCallback()
  }
}
