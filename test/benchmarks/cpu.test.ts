import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  cpuMicros,
  parseProcStat,
  parsePsTime,
  parseSchedstat,
  waitedMicros,
} from '../../benchmarks/lib/cpu.ts'

describe('parseProcStat', () => {
  const fields = 'S 1 2 3 0 -1 4194304 500 0 0 0 123 45 6 7 20 0 11 0 999'

  it('adds user and system time of the process, not of its children', () => {
    assert.equal(parseProcStat(`42 (node) ${fields}`), (123 + 45) * 10_000)
  })

  it('is not misled by spaces and parentheses in the program name', () => {
    assert.equal(parseProcStat(`42 (my (odd) 1 2 3 program) ${fields}`), (123 + 45) * 10_000)
  })

  it('refuses anything else', () => {
    assert.throws(() => parseProcStat('no such process'), TypeError)
  })
})

describe('parseSchedstat', () => {
  it('reads the time waited, which is the second figure, in nanoseconds', () => {
    assert.equal(parseSchedstat('51374061 1250000 69\n'), 1_250)
  })

  it('refuses anything else', () => {
    assert.throws(() => parseSchedstat('none'), TypeError)
  })
})

describe('waitedMicros', () => {
  it('never shrinks', () => {
    const before = waitedMicros(process.pid)
    assert.ok(before >= 0 && waitedMicros(process.pid) >= before)
  })

  it('is 0 for what is no process', () => {
    assert.equal(waitedMicros(-1), 0)
  })
})

describe('parsePsTime', () => {
  for (const [text, seconds] of [
    ['0:01.23', 1.23],
    ['12:34', 754],
    ['  01:02:03\n', 3_723],
    ['2-01:00:00', 176_400],
  ] as const) {
    it(`reads '${text.trim()}' as ${seconds} s`, () => {
      assert.equal(parsePsTime(text), seconds * 1e6)
    })
  }

  it('refuses anything else', () => {
    assert.throws(() => parsePsTime('TIME'), TypeError)
  })
})

describe('cpuMicros', { skip: process.platform === 'win32' }, () => {
  it('agrees with what the process itself knows', () => {
    const { user, system } = process.cpuUsage()
    const seen = cpuMicros(process.pid)
    const { user: userAfter, system: systemAfter } = process.cpuUsage()
    // The system rounds to ticks of 10 ms, user and system time each for itself.
    assert.ok(seen >= user + system - 20_000, `${seen} is far below ${user + system}`)
    assert.ok(seen <= userAfter + systemAfter + 20_000, `${seen} is above ${userAfter}`)
  })
})
