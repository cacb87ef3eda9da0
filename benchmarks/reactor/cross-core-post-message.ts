import { once } from 'node:events'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { type SmallObject, valueOf, type Wire } from './cross-core-cases.ts'

/** Requests have an id, by which the reply finds who waits for it; one-way messages have none. */
type Message = number | SmallObject | Request | 'total'

interface Request {
  readonly call: number
  readonly value: number
}

/** What Node offers: `postMessage`, with ids for replies as everybody writes them. */
export async function startPostMessage(): Promise<Wire> {
  const worker = new Worker(import.meta.filename)
  await once(worker, 'message')
  const waiting = new Map<number, (reply: number) => void>()
  let calls = 0
  const call = (request: Message, id: number, onReply: (reply: number) => void): void => {
    waiting.set(id, onReply)
    worker.postMessage(request)
  }
  worker.on('message', ({ call: id, value }: Request) => {
    const onReply = waiting.get(id)
    waiting.delete(id)
    onReply?.(value)
  })
  return {
    send(payload) {
      worker.postMessage(payload)
      return undefined
    },
    request(value, onReply) {
      const id = ++calls
      call({ call: id, value }, id, onReply)
    },
    total: () => new Promise((resolve) => call('total', 0, resolve)),
  }
}

function answer(message: Message, sum: number): number {
  if (message === 'total') {
    parentPort?.postMessage({ call: 0, value: sum })
    return 0
  }
  if (typeof message === 'number' || !('call' in message)) return sum + valueOf(message)
  parentPort?.postMessage({ call: message.call, value: message.value + 1 })
  return sum
}

if (!isMainThread) {
  let sum = 0
  parentPort?.on('message', (message: Message) => {
    sum = answer(message, sum)
  })
  parentPort?.postMessage('ready')
}
