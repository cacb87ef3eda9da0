import { enterCallback, leaveCallback } from '../core/run-queue.ts'

/** Runs what another thread or process has caused: what it schedules is done before this returns. */
export function asCallback(event: () => void): void {
  enterCallback()
  try {
    event()
  } finally {
    leaveCallback()
  }
}
