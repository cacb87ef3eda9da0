import { once } from 'node:events'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import {
  createMeshMemory,
  joinMesh,
  type MeshMemory,
  remote,
  sendTo,
  submitTo,
} from '../../src/reactor/index.ts'
import { type SmallObject, valueOf, type Wire } from './cross-core-cases.ts'

let sum = 0

const receive = remote('bench/receive', (payload: number | SmallObject) => {
  sum += valueOf(payload)
})
const increment = remote('bench/increment', (value: number) => value + 1)
const takeTotal = remote('bench/total', () => {
  const total = sum
  sum = 0
  return total
})

/** Our rings in shared memory. */
export async function startRings(): Promise<Wire> {
  const memory = createMeshMemory(1)
  joinMesh(memory, 1)
  const worker = new Worker(import.meta.filename, { workerData: memory })
  await once(worker, 'message')
  return {
    send(payload) {
      const sent = sendTo(0, receive, payload)
      return sent.isReady ? undefined : sent
    },
    request(value, onReply) {
      void submitTo(0, increment, value).then(onReply)
    },
    total: () => submitTo(0, takeTotal),
  }
}

if (!isMainThread) {
  joinMesh(workerData as MeshMemory, 0)
  // Kept alive as a reactor is by its listener.
  parentPort?.on('message', () => {})
  parentPort?.postMessage('ready')
}
