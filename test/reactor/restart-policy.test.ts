import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  RestartPolicy,
  type RestartSettings,
} from '../../src/reactor/supervision/restart-policy.ts'

const SETTINGS: RestartSettings = {
  maxCrashes: 4,
  windowMs: 1_000,
  backoffMs: 100,
  maxBackoffMs: 300,
}

describe('RestartPolicy', () => {
  it('doubles the wait with each death, up to the longest', () => {
    const policy = new RestartPolicy(SETTINGS, () => 1)
    assert.deepEqual(
      [0, 1, 2, 3].map((nowMs) => policy.onCrash(nowMs)),
      [100, 200, 300, 300],
    )
  })

  it('takes up to half of the wait off at random', () => {
    assert.equal(new RestartPolicy(SETTINGS, () => 0).onCrash(0), 50)
    assert.equal(new RestartPolicy(SETTINGS, () => 0.5).onCrash(0), 75)
  })

  it('gives up when there were more deaths within the window than are put up with', () => {
    const policy = new RestartPolicy(SETTINGS)
    for (const nowMs of [0, 10, 20, 30]) assert.notEqual(policy.onCrash(nowMs), undefined)
    assert.equal(policy.onCrash(40), undefined)
    assert.equal(policy.recentCrashes, 5)
  })

  it('forgets deaths before the window: a reactor that lived so long begins anew', () => {
    const policy = new RestartPolicy(SETTINGS, () => 1)
    for (const nowMs of [0, 10, 20, 30]) policy.onCrash(nowMs)
    assert.equal(policy.onCrash(1_030), 100)
    assert.equal(policy.recentCrashes, 1)
  })

  it('gives up at once if no death is put up with', () => {
    assert.equal(new RestartPolicy({ ...SETTINGS, maxCrashes: 0 }).onCrash(0), undefined)
  })
})
