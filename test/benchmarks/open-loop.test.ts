import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { OpenLoop, poissonSchedule } from '../../benchmarks/lib/open-loop.ts'
import { percentileOfSorted } from '../../benchmarks/lib/stats.ts'

describe('poissonSchedule', () => {
  it('has as many requests as the rate makes in the time, and ascends', () => {
    const times = poissonSchedule(2_000, 1.5, 7)
    assert.equal(times.length, 3_000)
    assert.ok(times.every((time, index) => time > (times[index - 1] ?? 0)))
  })

  it('has the mean and the spread of gaps that a Poisson process has', () => {
    const times = poissonSchedule(1_000, 100, 7)
    const gaps = times.map((time, index) => time - (times[index - 1] ?? 0))
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length
    // One millisecond each: an exponential distribution's deviation is its mean.
    assert.ok(Math.abs(mean - 1) < 0.02, `mean gap ${mean} ms`)
    assert.ok(Math.abs(Math.sqrt(variance) - 1) < 0.03, `deviation ${Math.sqrt(variance)} ms`)
  })

  it('is the same for the same seed, scaled by the rate, and another for another', () => {
    const slow = poissonSchedule(100, 1, 7)
    const fast = poissonSchedule(200, 0.5, 7)
    assert.ok(slow.every((time, index) => Math.abs(time - 2 * (fast[index] ?? 0)) < 1e-9))
    assert.notEqual(poissonSchedule(100, 1, 8)[0], slow[0])
  })
})

/** A server that handles one request at a time, each in `serviceMs`, and nothing before `stalledUntilMs`. */
function simulate(
  schedule: Float64Array,
  options: { connections: number; serviceMs: number; stalledUntilMs?: number },
): OpenLoop {
  const loop = new OpenLoop(schedule, options.connections)
  const waiting: { connection: number; doneMs: number }[] = []
  let busyUntilMs = options.stalledUntilMs ?? 0
  let nowMs = 0
  while (!loop.isDone) {
    for (let to = loop.send(nowMs); to !== -1; to = loop.send(nowMs)) {
      busyUntilMs = Math.max(busyUntilMs, nowMs) + options.serviceMs
      waiting.push({ connection: to, doneMs: busyUntilMs })
    }
    nowMs += 0.125
    while (waiting[0] !== undefined && waiting[0].doneMs <= nowMs) {
      const { connection, doneMs } = waiting.shift()!
      loop.answer(connection, doneMs)
    }
  }
  return loop
}

function every(milliseconds: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => index * milliseconds)
}

describe('OpenLoop', () => {
  it('sends nothing before it is due', () => {
    const loop = new OpenLoop(Float64Array.of(1, 2), 4)
    assert.equal(loop.send(0.9), -1)
    assert.equal(loop.send(1), 0)
    assert.equal(loop.send(1), -1)
    assert.equal(loop.send(2.5), 1)
    assert.equal(loop.send(3), -1)
  })

  it('gives the connection that has been free for longest the next request', () => {
    const loop = new OpenLoop(Float64Array.of(0, 0, 0, 0), 2)
    assert.deepEqual([loop.send(0), loop.send(0), loop.send(0)], [0, 1, -1])
    loop.answer(1, 1)
    loop.answer(0, 1)
    assert.deepEqual([loop.send(1), loop.send(1), loop.send(1)], [1, 0, -1])
  })

  it('counts the wait for a free connection as time the client waits', () => {
    const loop = new OpenLoop(Float64Array.of(0, 1), 1)
    loop.send(0)
    assert.equal(loop.send(1), -1)
    loop.answer(0, 10)
    assert.equal(loop.send(10), 0)
    loop.answer(0, 12)
    assert.deepEqual([...loop.sortedLatencies()], [10, 11])
    assert.deepEqual([...loop.sortedDelays()], [0, 9])
  })

  it('is done when the last answer is here, whatever the order', () => {
    const loop = new OpenLoop(Float64Array.of(0, 0), 2)
    loop.send(0)
    loop.send(0)
    loop.answer(1, 1)
    assert.equal(loop.isDone, false)
    loop.answer(0, 2)
    assert.equal(loop.isDone, true)
  })

  it('shows the service time of a server that keeps up', () => {
    const latencies = simulate(every(1, 1_000), { connections: 8, serviceMs: 0.5 })
    assert.equal(percentileOfSorted(latencies.sortedLatencies(), 0.999), 0.5)
  })

  it('shows a stall in every request that was due meanwhile, not only in those that were sent', () => {
    // 100 of 1,000 requests are due while the server stands still; only 4 fit its connections.
    const loop = simulate(every(1, 1_000), {
      connections: 4,
      serviceMs: 0.125,
      stalledUntilMs: 100,
    })
    const latencies = loop.sortedLatencies()
    const slow = latencies.filter((latency) => latency > 10).length
    assert.ok(slow >= 90 && slow <= 115, `${slow} of 1,000 waited for more than 10 ms`)
    assert.ok(Math.abs(percentileOfSorted(latencies, 0.95) - 55) < 10)
  })

  it('accounts for every request once, with any schedule and any number of connections', () => {
    const gaps = fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { maxLength: 60 })
    const options = fc.record({
      connections: fc.integer({ min: 1, max: 9 }),
      serviceMs: fc.double({ min: 0.01, max: 2, noNaN: true }),
    })
    fc.assert(
      fc.property(gaps, options, (list, { connections, serviceMs }) => {
        let at = 0
        const schedule = Float64Array.from(list, (gap) => (at += gap))
        const loop = simulate(schedule, { connections, serviceMs })
        const latencies = loop.sortedLatencies()
        assert.equal(latencies.length, schedule.length)
        assert.ok(latencies.every((latency) => latency >= serviceMs - 1e-9))
        assert.ok(loop.sortedDelays().every((delay) => delay >= 0))
      }),
      { seed: 1, numRuns: 300 },
    )
  })
})
