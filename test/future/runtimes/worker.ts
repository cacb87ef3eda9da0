/** Takes the tour in a worker thread, and fails on demand with an error of ours. */
import { parentPort } from 'node:worker_threads'
import * as futures from '../../../src/future/index.ts'
import { tour } from './tour.ts'

const { serializeError, timeoutAsync } = futures

function post(message: unknown): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
  parentPort?.postMessage(message)
}

post({ seen: await tour(futures) })
await timeoutAsync(new futures.Deferred().future, 1, { what: 'The worker' }).catch((reason) => {
  post({ failure: serializeError(reason) })
})
