import { expectTypeOf } from 'expect-type'
import {
  type Future,
  filterAsync,
  mapAsync,
  mapReduce,
  reduceAsync,
  repeat,
  repeatUntilValue,
  retryAsync,
  STOP,
  type Success,
  whenAll,
  whenAllSettled,
  whenAllSucceed,
  whenAny,
  whenAnySucceed,
  whenSome,
} from '../../src/future/index.ts'

declare const text: Future<string>
declare const flag: Promise<boolean>
declare const numbers: AsyncIterable<number>

// Tuples keep their places and records their names, through futures, promises, values and functions.
expectTypeOf(whenAll([text, flag, () => text])).toEqualTypeOf<Future<[string, boolean, string]>>()
expectTypeOf(whenAll({ text, flag })).toEqualTypeOf<Future<{ text: string; flag: boolean }>>()
expectTypeOf(whenAllSucceed([text, flag])).toEqualTypeOf<Future<[string, boolean]>>()
expectTypeOf(whenAllSettled([text, flag])).toEqualTypeOf<
  Future<[PromiseSettledResult<string>, PromiseSettledResult<boolean>]>
>()
expectTypeOf(whenAllSettled({ text })).toEqualTypeOf<
  Future<{ text: PromiseSettledResult<string> }>
>()

// A race may be won by any of them.
expectTypeOf(whenAnySucceed([text, flag])).toEqualTypeOf<Future<string | boolean>>()
expectTypeOf(whenAny([text, flag]).then(({ value }) => value)).toEqualTypeOf<
  Future<string | boolean>
>()
expectTypeOf(whenSome([text, flag], 1)).toEqualTypeOf<
  Future<readonly Success<string | boolean>[]>
>()

// Items are what they come to; callbacks may give values, futures and promises.
expectTypeOf(mapAsync([text], (item) => item.length)).toEqualTypeOf<Future<number[]>>()
expectTypeOf(mapAsync(numbers, (item) => Promise.resolve(`${item}`))).toEqualTypeOf<
  Future<string[]>
>()
expectTypeOf(filterAsync([flag], (item) => item)).toEqualTypeOf<Future<boolean[]>>()
expectTypeOf(reduceAsync(numbers, (sum, item) => sum + item, 0)).toEqualTypeOf<Future<number>>()
expectTypeOf(
  mapReduce(
    numbers,
    (item) => `${item}`,
    0,
    (sum, value) => sum + value.length,
  ),
).toEqualTypeOf<Future<number>>()
// @ts-expect-error a filter needs a yes or no
filterAsync([1], () => 'yes').ignore()

expectTypeOf(repeat(() => STOP)).toEqualTypeOf<Future<void>>()
repeat(() => {}).ignore()
// @ts-expect-error true is not STOP
repeat(() => true).ignore()
expectTypeOf(repeatUntilValue(() => text as Future<string | undefined>)).toEqualTypeOf<
  Future<string>
>()
expectTypeOf(retryAsync(({ number }) => Promise.resolve(number))).toEqualTypeOf<Future<number>>()
