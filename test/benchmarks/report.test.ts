import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type Comparison,
  compare,
  failures,
  type Measurement,
  type Report,
} from '../../benchmarks/lib/report.ts'
import { align, formatNumber, formatRatio, formatReport } from '../../benchmarks/lib/table.ts'

function measured(name: string, contestant: string, ...samples: number[]): Measurement {
  return { case: name, contestant, unit: 'us', samples, info: { 'req/s': 1_234.5 } }
}

const MEASUREMENTS = [
  measured('plain', 'ours', 2, 3, 4),
  measured('plain', 'peer', 5, 6, 7),
  measured('fancy', 'ours', 6, 6, 6),
]

function result(...comparisons: Comparison[]) {
  return { measurements: MEASUREMENTS, comparisons, absent: new Map([['gone', 'needs glibc']]) }
}

describe('compare', () => {
  it('divides our median by the median of the peer', () => {
    const { rows } = compare(result({ case: 'plain', ours: 'ours', peer: 'peer', budget: 0.5 }))
    const [row] = rows
    assert.deepEqual(
      [row?.ours, row?.peer, row?.ratio, row?.ok, row?.oursFigure.mad],
      [3, 6, 0.5, true, 1],
    )
  })

  it('marks a ratio over its budget', () => {
    const { rows } = compare(result({ case: 'plain', ours: 'ours', peer: 'peer', budget: 0.49 }))
    assert.equal(rows[0]?.ok, false)
  })

  it('has no verdict on a row without a budget', () => {
    const { rows } = compare(result({ case: 'plain', ours: 'ours', peer: 'peer', budget: null }))
    assert.equal(rows[0]?.ok, null)
  })

  it('can compare one case with another', () => {
    const pair = { case: 'fancy', ours: 'ours', peer: 'ours', peerCase: 'plain', budget: null }
    const { rows } = compare(result(pair))
    assert.deepEqual([rows[0]?.ratio, rows[0]?.peerName], [2, 'ours (plain)'])
  })

  it('lists a contestant that did not run with its reason', () => {
    const { rows, skipped } = compare(
      result({ case: 'plain', ours: 'ours', peer: 'gone', budget: 1 }),
    )
    assert.equal(rows.length, 0)
    assert.deepEqual(skipped, [
      { case: 'plain', peerName: 'gone', budget: 1, reason: 'needs glibc' },
    ])
  })
})

describe('failures', () => {
  it('names the rows over budget and the budgets that were not measured', () => {
    const report = compare(
      result(
        { case: 'plain', ours: 'ours', peer: 'peer', budget: 0.4 },
        { case: 'plain', ours: 'ours', peer: 'gone', budget: 1 },
        { case: 'fancy', ours: 'ours', peer: 'gone', budget: null },
      ),
    )
    assert.deepEqual(failures(report), [
      'plain: ours is 0.50 x peer, budget 0.4',
      'plain: no ratio to gone (needs glibc)',
    ])
  })

  it('is empty when every budget holds', () => {
    const report = compare(result({ case: 'plain', ours: 'ours', peer: 'peer', budget: 0.5 }))
    assert.deepEqual(failures(report), [])
  })
})

const DEMO = {
  name: 'demo',
  quick: true,
  machine: {
    cpus: 2,
    cpu: 'some processor',
    platform: 'linux-x64',
    versions: { node: 'v24.0.0' },
    commit: 'abc1234',
    date: '2026-01-01T00:00:00.000Z',
  },
}

describe('formatReport', () => {
  it('shows figures, ratio, budget and verdict of each row, and what was skipped', () => {
    const report: Report = {
      ...DEMO,
      ...compare(
        result(
          { case: 'plain', ours: 'ours', peer: 'peer', budget: 0.4 },
          { case: 'plain', ours: 'ours', peer: 'gone', budget: null },
        ),
      ),
    }
    const lines = formatReport(report).split('\n')
    assert.match(lines[0] ?? '', /^demo \(quick\): 2 x some processor.*node v24.0.0.*abc1234$/)
    assert.match(lines[3] ?? '', /^plain +ours +peer +us +3.00 ±1.00 +6.00 ±1.00 +0.50 +<= 0.4/)
    assert.match(lines[3] ?? '', /OVER +1,235 +1,235$/)
    assert.deepEqual(lines.slice(4), ['', 'skipped (needs glibc): plain against gone'])
  })

  it('has a table of its own for each unit, with its own columns', () => {
    const other = { ...measured('memory', 'ours', 8), unit: 'KiB', info: {} }
    const rows = compare({
      measurements: [...MEASUREMENTS, other, { ...other, contestant: 'peer' }],
      comparisons: [
        { case: 'plain', ours: 'ours', peer: 'peer', budget: null },
        { case: 'memory', ours: 'ours', peer: 'peer', budget: null },
      ],
      absent: new Map(),
    })
    const lines = formatReport({ ...DEMO, ...rows }).split('\n')
    assert.match(lines[2] ?? '', /ours req\/s +peer req\/s$/)
    assert.equal(lines[4], '')
    assert.match(lines[5] ?? '', /ratio +budget$/)
    assert.match(lines[6] ?? '', /^memory +ours +peer +KiB +8.00 ±0.00 +8.00 ±0.00 +1.00 +-$/)
  })
})

describe('formatNumber', () => {
  it('keeps about three significant digits', () => {
    assert.deepEqual([0.123, 12.34, 123.4, 1_234_567, undefined, Number.NaN].map(formatNumber), [
      '0.12',
      '12.3',
      '123',
      '1,234,567',
      '-',
      '-',
    ])
  })
})

describe('formatRatio', () => {
  it('has two digits after the point, and a third where two would say zero', () => {
    assert.deepEqual([1.234, 0.25, 0.0049, 0.0051].map(formatRatio), [
      '1.23',
      '0.25',
      '0.005',
      '0.01',
    ])
  })
})

describe('align', () => {
  it('puts text to the left and numbers to the right of a column', () => {
    assert.deepEqual(
      align([
        ['name', 'x'],
        ['a', '1'],
        ['bcdef', '100'],
      ]),
      ['name   x', 'a        1', 'bcdef  100'],
    )
  })
})
