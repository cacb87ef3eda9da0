import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OptionError } from '../../src/future/index.ts'
import {
  coreCount,
  ownCore,
  publish,
  sendTo,
  submitTo,
  subscribe,
} from '../../src/reactor/index.ts'
import { functions } from './fixtures/remotes.ts'

describe('a process with one reactor', () => {
  it('calls its own functions, and knows no other core', async () => {
    assert.equal(ownCore(), 0)
    assert.equal(coreCount(), 1)
    assert.equal(submitTo(0, functions.add, 1, 2).get(), 3)
    assert.ok(sendTo(0, functions.note, 'here').isReady)
    assert.deepEqual(submitTo(0, functions.noted).get(), ['here'])
    await assert.rejects(async () => await submitTo(1, functions.whereAmI), OptionError)
  })

  it('tells its own subscribers what it publishes', () => {
    const told: unknown[] = []
    const subscription = subscribe('news', (value, topic) => told.push([topic, value]))
    assert.equal(publish('news', 1), 1)
    subscription[Symbol.dispose]()
    assert.equal(publish('news', 2), 0)
    assert.deepEqual(told, [['news', 1]])
  })
})
