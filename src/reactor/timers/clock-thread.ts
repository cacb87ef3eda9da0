import { parentPort, workerData } from 'node:worker_threads'
import { CHANGES, IS_CLOSED, openAlarmMemory, WAKE_MS } from './alarm-memory.ts'
import { processNowMs } from './process-time.ts'

/**
 * The thread that sleeps for its reactor: `Atomics.wait` takes fractions of a millisecond, the timers
 * of an event loop do not. It wakes the reactor by a message at the time in the shared memory.
 */
const { words, times } = openAlarmMemory(workerData as SharedArrayBuffer)

parentPort?.postMessage('ready')
while (Atomics.load(words, IS_CLOSED) === 0) {
  // Read before the time: if that changes meanwhile, the wait below does not begin.
  const changes = Atomics.load(words, CHANGES)
  const leftMs = (times[WAKE_MS] as number) - processNowMs()
  if (leftMs > 0) {
    Atomics.wait(words, CHANGES, changes, leftMs)
  } else {
    parentPort?.postMessage('wake')
    Atomics.wait(words, CHANGES, changes)
  }
}
