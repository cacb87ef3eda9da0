import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deserializeError, serializeError } from '../../src/core/error-data.ts'
import { AbortedError, LimitError, OptionError, TimeoutError } from '../../src/core/errors.ts'
import { CleanupError, RetriesExhaustedError } from '../../src/future/index.ts'

/** Through a message to another thread and back into an error. */
function send(reason: unknown): unknown {
  return deserializeError(structuredClone(serializeError(reason)))
}

function sendError(reason: Error): Error & Readonly<Record<string, unknown>> {
  const sent = send(reason)
  assert.ok(sent instanceof Error)
  return sent as Error & Readonly<Record<string, unknown>>
}

describe('serializeError', () => {
  const errors = [
    new TimeoutError(5),
    new LimitError('The queue', 3),
    new OptionError('max', -1, 'positive'),
    new AbortedError(new Error('the reason')),
    new CleanupError(new Error('cleanup'), new Error('work')),
    new RetriesExhaustedError(3, new TimeoutError(5)),
    new RangeError('not ours'),
  ]
  for (const error of errors) {
    it(`keeps name, message, stack and fields of ${error.name}`, () => {
      const sent = sendError(error)
      assert.equal(sent.name, error.name)
      assert.equal(sent.message, error.message)
      assert.equal(sent.stack, error.stack)
      assert.deepEqual(Object.keys(sent).toSorted(), Object.keys(error).toSorted())
      assert.equal(sent['code'], (error as { code?: string }).code)
    })
  }

  it('keeps the causes with their codes', () => {
    const { cause } = sendError(new RetriesExhaustedError(3, new TimeoutError(5)))
    assert.equal((cause as TimeoutError).code, 'CORE_TIMEOUT')
    assert.equal((cause as TimeoutError).timeoutMs, 5)
    assert.ok(cause instanceof Error)
  })

  it('keeps the errors of an AggregateError', () => {
    const sent = sendError(new AggregateError([new TimeoutError(1), 'text'], 'both'))
    const [first, second] = sent['errors'] as [TimeoutError, string]
    assert.equal(first.code, 'CORE_TIMEOUT')
    assert.equal(second, 'text')
  })

  it('turns into text what cannot be cloned, where structuredClone throws', () => {
    const error = Object.assign(new Error('x', { cause: () => 1 }), { hook: Symbol('s'), kept: 1 })
    assert.throws(() => structuredClone(error))
    const sent = sendError(error)
    assert.equal(sent.cause, '() => 1')
    assert.equal(sent['hook'], 'Symbol(s)')
    assert.equal(sent['kept'], 1)
  })

  it('cuts a chain of causes that runs in a ring', () => {
    const error = new Error('ring')
    error.cause = error
    let depth = 0
    for (let next: unknown = sendError(error); next instanceof Error; next = next.cause) depth++
    assert.equal(depth, 10)
  })

  it('survives fields that throw when they become text', () => {
    const hostile = {
      toString() {
        throw new Error('no text')
      },
      method() {},
    }
    assert.equal(sendError(new Error('x', { cause: hostile })).cause, 'a value that has no text')
  })

  it('makes text of an error whose getters throw', () => {
    const hostile = new Error('x')
    Object.defineProperty(hostile, 'name', {
      get() {
        throw new Error('no name')
      },
    })
    assert.equal(send(hostile), 'a value that has no text')
  })

  it('passes values that are no errors', () => {
    for (const value of [undefined, null, 1, 'text', { a: [1] }])
      assert.deepEqual(send(value), value)
    assert.equal(
      send(() => 1),
      '() => 1',
    )
  })
})

describe('structuredClone of our errors', () => {
  it('keeps message, stack and cause; the code is what serializeError is for', () => {
    const error = new RetriesExhaustedError(3, new TimeoutError(5))
    const clone = structuredClone(error)
    assert.equal(clone.message, error.message)
    assert.equal(clone.stack, error.stack)
    assert.match(clone.stack ?? '', /^RetriesExhaustedError: /)
    assert.equal((clone.cause as Error).message, new TimeoutError(5).message)
    assert.equal(clone.code, undefined)
  })
})
