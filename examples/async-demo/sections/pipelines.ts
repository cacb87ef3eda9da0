import { chain, Pipeline, PipelineError, sleep } from '../../../src/future/index.ts'
import type { Section } from '../tour.ts'

interface Order {
  readonly id: number
  readonly prices: readonly number[]
}

const invoices = new Pipeline<string>({ timings: true })
  .stage('parse', (text) => JSON.parse(text) as Order)
  .stage('check', (order) => {
    if (order.prices.length === 0) throw new RangeError(`order ${order.id} is empty`)
    return order
  })
  .parallel('enrich', {
    id: ({ id }) => id,
    total: ({ prices }) => prices.reduce((sum, price) => sum + price, 0),
    customer: ({ id }, { signal }) => sleep(5, { signal }).then(() => `customer ${id}`),
  })
  .stage('store', (invoice) => sleep(2).then(() => invoice), { concurrency: 2 })
  .stage('print', ({ customer, total }) => `${customer} owes ${total}`)

function order(id: number): string {
  return JSON.stringify({ id, prices: [id, 2 * id] })
}

async function lastOfMany(count: number): Promise<string> {
  let lines = 0
  let last = ''
  const orders = Array.from({ length: count }, (_, index) => order(index + 1))
  for await (const line of invoices.executeMany(orders, { concurrency: 8 })) {
    lines++
    last = line
  }
  return `${lines} invoices, the last: ${last}`
}

export const pipelines: Section = {
  title: 'Steps and pipelines',
  async run(tour) {
    await tour.step('chain: three steps, one of them slow', () =>
      chain(
        '20',
        Number,
        (value) => sleep(5).then(() => value + 1),
        (value) => value * 2,
      ),
    )
    await tour.step('Pipeline: one order through five stages', () => invoices.execute(order(7)))
    await tour.step('executeMany: 40 orders, 8 at a time, as they are read', () => lastOfMany(40))
    await tour.step('PipelineError: says where', () =>
      invoices
        .execute('{"id": 9, "prices": []}')
        .catchType(PipelineError, ({ message }) => message),
    )
    await tour.step('stats: what each stage has done', () =>
      invoices
        .stats()
        .map(
          ({ stage, count, failures }) =>
            `${stage} ${count}${failures > 0 ? `, ${failures} failed` : ''}`,
        )
        .join('; '),
    )
    const slowest = invoices
      .stats()
      .toSorted((a, b) => (b.timing?.meanMs ?? 0) - (a.timing?.meanMs ?? 0))[0]
    await tour.step('timings: the slowest stage', () => slowest?.stage ?? 'none')
  },
}
