import { expectTypeOf } from 'expect-type'
import {
  Batch,
  BoundedQueue,
  ConditionVariable,
  type Future,
  Gate,
  type HeldLock,
  type Holder,
  RwLock,
  Semaphore,
  type Units,
} from '../../src/future/index.ts'

const semaphore = new Semaphore(1)
expectTypeOf(semaphore.wait()).toEqualTypeOf<Future<void>>()
expectTypeOf(semaphore.getUnits(2)).toEqualTypeOf<Future<Units>>()
expectTypeOf(semaphore.tryGetUnits()).toEqualTypeOf<Units | undefined>()
expectTypeOf(semaphore.with(() => 5)).toEqualTypeOf<Future<number>>()
expectTypeOf(semaphore.with(2, async () => 'x')).toEqualTypeOf<Future<string>>()
expectTypeOf(semaphore.with(() => semaphore.getUnits(), { timeoutMs: 5 })).toEqualTypeOf<
  Future<Units>
>()
// @ts-expect-error -- units come before the function
void semaphore.with(() => 5, 2)
// @ts-expect-error -- an unknown option
void semaphore.wait(1, { timeout: 5 })

const gate = new Gate({ name: 'requests' })
expectTypeOf(gate.hold()).toEqualTypeOf<Holder>()
expectTypeOf(gate.with(() => Promise.resolve(5))).toEqualTypeOf<Future<number>>()
expectTypeOf(gate.close()).toEqualTypeOf<Future<void>>()
expectTypeOf(gate).toExtend<AsyncDisposable>()

const lock = new RwLock()
expectTypeOf(lock.read()).toEqualTypeOf<Future<HeldLock>>()
expectTypeOf(lock.withWrite(() => 'x')).toEqualTypeOf<Future<string>>()
expectTypeOf(lock.tryRead()).toEqualTypeOf<HeldLock | undefined>()

const changed = new ConditionVariable()
expectTypeOf(changed.wait()).toEqualTypeOf<Future<void>>()
expectTypeOf(changed.wait(() => true, { timeoutMs: 5 })).toEqualTypeOf<Future<void>>()
// @ts-expect-error -- a promise would always count as true
void changed.wait(async () => false)

const queue = new BoundedQueue<{ readonly id: number }>(10)
expectTypeOf(queue.pop()).toEqualTypeOf<Future<{ readonly id: number }>>()
expectTypeOf(queue).toExtend<AsyncIterable<{ readonly id: number }>>()
// @ts-expect-error -- not an item of this queue
queue.tryPush('x')

const users = new Batch((keys: readonly number[]) => keys.map((key) => `user ${key}`))
expectTypeOf(users.load(1)).toEqualTypeOf<Future<string>>()
expectTypeOf(users.loadMany([1, 2])).toEqualTypeOf<Future<(string | Error)[]>>()
// @ts-expect-error -- the keys are numbers
void users.load('1')
expectTypeOf(
  new Batch<number, string>((keys) => keys.map((key) => (key > 1 ? new Error('no') : 'one'))),
).toEqualTypeOf<Batch<number, string>>()
