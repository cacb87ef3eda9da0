import {
  Batch,
  BoundedQueue,
  ConditionVariable,
  Gate,
  GateClosedError,
  mapAsync,
  RwLock,
  Semaphore,
  sleep,
  whenAll,
} from '../../../src/future/index.ts'
import type { Section } from '../tour.ts'

async function shareConnections(): Promise<string> {
  const connections = new Semaphore(3)
  let fewest = connections.available
  await mapAsync(Array.from({ length: 9 }), () =>
    connections.with(() => {
      fewest = Math.min(fewest, connections.available)
      return sleep(10)
    }),
  )
  return `${connections.available} free at the end, ${fewest} in between`
}

/** A fast producer has to wait for its consumers. */
async function produceAndConsume(): Promise<string> {
  const queue = new BoundedQueue<number>(4)
  let longest = 0
  const consumers = [0, 1].map(async () => {
    let sum = 0
    for await (const item of queue) {
      sum += item
      await sleep(1)
    }
    return sum
  })
  for (let item = 1; item <= 30; item++) {
    await queue.push(item)
    longest = Math.max(longest, queue.size)
  }
  queue.close()
  const [first = 0, second = 0] = await Promise.all(consumers)
  return `sum ${first + second}, never more than ${longest} queued`
}

function readAndWrite(): Promise<string> {
  const lock = new RwLock()
  const log: string[] = []
  const read = (): unknown => lock.withRead(() => sleep(5).then(() => log.push('r')))
  const write = (): unknown => lock.withWrite(() => sleep(5).then(() => log.push('W')))
  return whenAll([read(), read(), write(), read(), read()])
    .then(() => log.join(''))
    .toPromise()
}

async function shutDown(): Promise<string> {
  const gate = new Gate()
  let served = 0
  const serve = () => gate.with(() => sleep(10).then(() => void served++))
  const requests = [serve(), serve(), serve()]
  const closed = gate.close()
  const late = await serve().catchType(GateClosedError, () => 'a late one was refused')
  await closed
  await whenAll(requests)
  return `${served} finished, ${late}`
}

async function joinLoads(): Promise<string> {
  const calls: number[] = []
  const names = new Batch((ids: readonly number[]) => {
    calls.push(ids.length)
    return sleep(5).then(() => ids.map((id) => `name ${id}`))
  })
  const loaded = await mapAsync(
    Array.from({ length: 100 }, (_, index) => index % 25),
    (id) => names.load(id),
  )
  return `${loaded.length} asked for, ${calls.length} call for ${calls[0]} keys`
}

async function waitForStock(): Promise<string> {
  const changed = new ConditionVariable()
  let stock = 0
  const enough = changed.wait(() => stock >= 3, { timeoutMs: 1_000 })
  for (let delivery = 1; delivery <= 3; delivery++) {
    await sleep(2)
    stock++
    changed.broadcast()
  }
  await enough
  return `${stock} in stock`
}

export const sharing: Section = {
  title: 'Sharing, in turn',
  async run(tour) {
    await tour.step('Semaphore: 9 users of 3 connections, 10 ms each', shareConnections)
    await tour.step('BoundedQueue: one producer, two slower consumers', produceAndConsume)
    await tour.step('RwLock: readers together, a writer alone, in order', readAndWrite)
    await tour.step('ConditionVariable: waits until there is enough', waitForStock)
    await tour.step('Gate: a shutdown waits for what is in flight', shutDown)
    await tour.step('Batch: what is asked for in one turn is one call', joinLoads)
  },
}
