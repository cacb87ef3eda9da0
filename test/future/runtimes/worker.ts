/** Takes the tour in a worker thread, then fails, and posts what it saw of both. */
import { parentPort } from 'node:worker_threads'
import * as futures from '../../../src/future/index.ts'
import { tour } from './tour.ts'

const { Deferred, serializeError, timeoutAsync } = futures

const seen = await tour(futures)
const failure = await timeoutAsync(new Deferred().future, 1, { what: 'The worker' }).catch(
  serializeError,
)
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
parentPort?.postMessage({ seen, failure })
