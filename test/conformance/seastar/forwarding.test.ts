import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  AbortedError,
  Batch,
  BoundedQueue,
  BrokenError,
  ClosedError,
  ConditionVariable,
  Future,
  RwLock,
  Semaphore,
  whenAll,
} from '../../../src/future/index.ts'

/** Every owner of waits: begins one, and disposes of the owner. */
const OWNERS: readonly {
  readonly name: string
  readonly error: abstract new (...args: never[]) => Error
  readonly begin: () => { readonly wait: Future<unknown>; readonly dispose: () => void }
}[] = [
  {
    name: 'Semaphore',
    error: BrokenError,
    begin: () => waitOf(new Semaphore(0), (owner) => owner.wait()),
  },
  {
    name: 'RwLock',
    error: BrokenError,
    begin() {
      const lock = new RwLock()
      lock.tryWrite()
      return waitOf(lock, (owner) => owner.read())
    },
  },
  {
    name: 'ConditionVariable',
    error: BrokenError,
    begin: () => waitOf(new ConditionVariable(), (owner) => owner.wait(() => false)),
  },
  {
    name: 'BoundedQueue',
    error: AbortedError,
    begin: () => waitOf(new BoundedQueue(1), (owner) => owner.pop()),
  },
  {
    name: 'Batch',
    error: ClosedError,
    begin: () => waitOf(new Batch<number, number>((keys) => keys), (owner) => owner.load(1)),
  },
]

function waitOf<Owner extends Disposable>(
  owner: Owner,
  begin: (owner: Owner) => Future<unknown>,
): { readonly wait: Future<unknown>; readonly dispose: () => void } {
  const wait = begin(owner)
  assert.ok(wait.isPending)
  return { wait, dispose: () => owner[Symbol.dispose]() }
}

for (const { name, error, begin } of OWNERS) {
  describe(`a ${name} that is disposed of`, () => {
    it('32 rejects its waiters with a named error', async () => {
      const { wait, dispose } = begin()
      dispose()
      await assert.rejects(wait.toPromise(), error)
    })

    it('33 rejects them with their continuations attached before', async () => {
      const { wait, dispose } = begin()
      let isTold = false
      const told = wait.catchType(error, () => {
        isTold = true
      })
      dispose()
      assert.equal(isTold, false, 'not inside the disposal')
      await told
      assert.equal(isTold, true)
    })

    it('33 rejects them with their continuations attached afterwards', async () => {
      const { wait, dispose } = begin()
      dispose()
      await Promise.resolve()
      await Promise.resolve()
      await assert.rejects(wait.toPromise(), error)
    })

    it('34 lets the failure out of what waits for several', async () => {
      const { wait, dispose } = begin()
      const all = whenAll([Future.ready(1), wait, () => wait])
      dispose()
      await assert.rejects(all.toPromise(), error)
    })
  })
}
