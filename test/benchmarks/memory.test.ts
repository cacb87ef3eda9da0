import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseProcStatus, resetPeak, residentMemory } from '../../benchmarks/lib/memory.ts'

const MIB = 1_048_576

describe('parseProcStatus', () => {
  const text =
    'Name:\tnode\nVmPeak:\t 999 kB\nVmHWM:\t   2048 kB\nVmRSS:\t   1024 kB\nThreads:\t7\n'

  it('reads what is resident, and what was at most', () => {
    assert.deepEqual(parseProcStatus(text), { now: MIB, peak: 2 * MIB })
  })

  it('refuses a text without either', () => {
    assert.throws(() => parseProcStatus(text.replace('VmRSS', 'VmSize')), /No VmRSS in/)
    assert.throws(() => parseProcStatus(text.replace('VmHWM', 'VmPin')), /No VmHWM in/)
  })
})

describe('residentMemory', { skip: process.platform !== 'linux' }, () => {
  it('remembers a peak until it is reset', () => {
    const before = residentMemory(process.pid)
    // Written to, as untouched pages are not resident.
    const big = new ArrayBuffer(200 * MIB)
    new Uint8Array(big).fill(1)
    big.transfer(0)
    const freed = residentMemory(process.pid)
    assert.ok(freed.peak >= before.now + 190 * MIB, `${freed.peak} at most, ${before.now} before`)
    assert.ok(freed.peak - freed.now > 100 * MIB, `${freed.peak} at most, ${freed.now} now`)
    resetPeak(process.pid)
    const after = residentMemory(process.pid)
    assert.ok(after.peak - after.now < 64 * MIB, `${after.peak} at most, ${after.now} now`)
  })
})
