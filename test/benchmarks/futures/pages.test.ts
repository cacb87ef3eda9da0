import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nodesTable, originalTable } from '../../../benchmarks/futures/pages.ts'
import { compare, type Measurement, type Report } from '../../../benchmarks/lib/report.ts'

function report(
  node: string,
  nanoseconds: Readonly<Record<string, readonly [number, number]>>,
): Report {
  const measurements: Measurement[] = []
  for (const [name, [ours, native]] of Object.entries(nanoseconds)) {
    const common = { case: name, unit: 'ns CPU/op', info: {} }
    measurements.push({ ...common, contestant: 'fasterapi', samples: [ours] })
    measurements.push({ ...common, contestant: 'native Promise', samples: [native] })
  }
  const comparisons = Object.keys(nanoseconds).map((name) => ({
    case: name,
    ours: 'fasterapi',
    peer: 'native Promise',
    budget: null,
  }))
  return {
    name: 'futures',
    quick: false,
    machine: {
      cpus: 2,
      cpu: 'some processor',
      platform: 'linux-x64',
      versions: { node },
      commit: 'abc1234',
      date: '2026-01-01T00:00:00.000Z',
    },
    ...compare({ measurements, comparisons, absent: new Map() }),
  }
}

describe('nodesTable', () => {
  it('has a row for each case and two columns for each Node, with dashes where there is no figure', () => {
    const reports = [
      report('v22.1.0', { 'create ready': [8, 16] }),
      report('v24.2.0', { 'create ready': [9, 12], 'create pending': [10, 40] }),
    ]
    assert.equal(
      nodesTable(reports),
      [
        'Node v22.1.0 at commit abc1234; Node v24.2.0 at commit abc1234.',
        '',
        '| case | Node 22, ns CPU/op | ratio | Node 24, ns CPU/op | ratio |',
        '| --- | ---: | ---: | ---: | ---: |',
        '| create ready | 8.00 | **0.50** | 9.00 | **0.75** |',
        '| create pending | - | - | 10.0 | **0.25** |',
      ].join('\n'),
    )
  })
})

describe('originalTable', () => {
  const cases = {
    'create ready': [8, 16],
    'ready chain of 3': [27, 108],
    'await of a ready one': [78, 31],
    'all of 10 pending': [353, 1_000],
  } as const

  it('puts our figures in microseconds beside those of the original and its targets', () => {
    assert.equal(
      originalTable(report('v24.2.0', cases)),
      [
        '| what | ours | the original, us | its target, us | ours, us CPU |',
        '| --- | --- | ---: | ---: | ---: |',
        '| creation | create ready | 0.26 | about 0 | 0.0080 |',
        '| chain of 3 | ready chain of 3 | 1.59 | below 0.01 a link | 0.027 |',
        '| `await` | await of a ready one | 0.7 | below 0.1 | 0.078 |',
        '| 10 in parallel | all of 10 pending | 106 |  | 0.35 |',
      ].join('\n'),
    )
  })

  it('refuses a report that lacks a case', () => {
    const { 'all of 10 pending': _, ...rest } = cases
    assert.throws(() => originalTable(report('v24.2.0', rest)), /no case 'all of 10 pending'/)
  })
})
