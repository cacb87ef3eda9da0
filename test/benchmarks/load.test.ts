import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseAutocannon, parseCaughtSignals, parseWrk } from '../../benchmarks/lib/load.ts'

const WRK = `Running 10m test @ http://127.0.0.1:43799/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     2.87ms    2.11ms  15.72ms   72.73%
    Req/Sec   254.08k    15.99k  275.20k    60.00%
  Latency Distribution
     50%    2.43ms
     75%    3.81ms
     90%    5.90ms
     99%    9.68ms
  253296 requests in 1.00s, 36.72MB read
Requests/sec: 252901.47
Transfer/sec:     36.66MB
`

describe('parseWrk', () => {
  it('reads the requests, their rate and the 99th percentile', () => {
    assert.deepEqual(parseWrk(WRK), {
      requests: 253_296,
      requestsPerSecond: 252_901.47,
      p99Ms: 9.68,
      errors: 0,
    })
  })

  for (const [text, milliseconds] of [
    ['312.00us', 0.312],
    ['1.05s', 1_050],
    ['1.50m', 90_000],
  ] as const) {
    it(`reads a latency of ${text} as ${milliseconds} ms`, () => {
      const { p99Ms } = parseWrk(WRK.replace('9.68ms', text))
      assert.ok(Math.abs(p99Ms - milliseconds) < 1e-9, String(p99Ms))
    })
  }

  it('has no 99th percentile when wrk counted no latency', () => {
    assert.equal(parseWrk(WRK.replace('9.68ms', '0.00us')).p99Ms, Number.NaN)
  })

  it('adds up socket errors and refused requests', () => {
    const errors =
      '  Socket errors: connect 1, read 20, write 300, timeout 4000\n' +
      '  Non-2xx or 3xx responses: 50000\nRequests/sec:'
    assert.equal(parseWrk(WRK.replace('Requests/sec:', errors)).errors, 54_321)
  })

  it('refuses a report without totals, cut at any line', () => {
    const lines = WRK.split('\n')
    for (let kept = 0; kept < 12; kept++) {
      assert.throws(() => parseWrk(lines.slice(0, kept).join('\n')), /Not a wrk report/)
    }
  })
})

describe('parseCaughtSignals', () => {
  it('reads the numbers of the signals from the mask', () => {
    const text = 'SigIgn:\t0000000000001000\nSigCgt:\t8000000000004202\nCapInh:\t0000000000000000\n'
    assert.deepEqual([...parseCaughtSignals(text)], [2, 10, 15, 64])
  })

  it('reads none where there are none', () => {
    assert.equal(parseCaughtSignals('SigCgt:\t0000000000000000\n').size, 0)
  })
})

describe('parseAutocannon', () => {
  it('reads the same figures from its JSON', () => {
    const report = {
      requests: { total: 1_000, average: 500.5 },
      latency: { p99: 12 },
      errors: 1,
      timeouts: 2,
      non2xx: 3,
    }
    assert.deepEqual(parseAutocannon(JSON.stringify(report)), {
      requests: 1_000,
      requestsPerSecond: 500.5,
      p99Ms: 12,
      errors: 6,
    })
  })
})
