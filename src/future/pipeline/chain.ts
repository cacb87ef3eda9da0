import { OptionError } from '../../core/errors.ts'
import { type Eventual, Future } from '../future.ts'

type StepOf<From, To> = (value: From) => Eventual<To>

/**
 * Passes a value through functions, from left to right: `chain(input, parse, load, render)`.
 *
 * Each step gets what the one before came to. Steps after a ready one run at once; a failure skips the rest.
 *
 * @param input - a value, future or promise
 * @returns the outcome of the last step
 * @throws {OptionError} if a step is not a function; none has run then
 */
export function chain<A>(input: Eventual<A>): Future<A>
export function chain<A, B>(input: Eventual<A>, first: StepOf<A, B>): Future<B>
export function chain<A, B, C>(
  input: Eventual<A>,
  first: StepOf<A, B>,
  second: StepOf<B, C>,
): Future<C>
export function chain<A, B, C, D>(
  input: Eventual<A>,
  first: StepOf<A, B>,
  second: StepOf<B, C>,
  third: StepOf<C, D>,
): Future<D>
export function chain<A, B, C, D, E>(
  input: Eventual<A>,
  first: StepOf<A, B>,
  second: StepOf<B, C>,
  third: StepOf<C, D>,
  fourth: StepOf<D, E>,
): Future<E>
export function chain<A, B, C, D, E, F>(
  input: Eventual<A>,
  first: StepOf<A, B>,
  second: StepOf<B, C>,
  third: StepOf<C, D>,
  fourth: StepOf<D, E>,
  fifth: StepOf<E, F>,
): Future<F>
export function chain<A, B, C, D, E, F, G>(
  input: Eventual<A>,
  first: StepOf<A, B>,
  second: StepOf<B, C>,
  third: StepOf<C, D>,
  fourth: StepOf<D, E>,
  fifth: StepOf<E, F>,
  sixth: StepOf<F, G>,
): Future<G>
export function chain<A, B, C, D, E, F, G, H>(
  input: Eventual<A>,
  first: StepOf<A, B>,
  second: StepOf<B, C>,
  third: StepOf<C, D>,
  fourth: StepOf<D, E>,
  fifth: StepOf<E, F>,
  sixth: StepOf<F, G>,
  seventh: StepOf<G, H>,
): Future<H>
export function chain<A, B, C, D, E, F, G, H, I>(
  input: Eventual<A>,
  first: StepOf<A, B>,
  second: StepOf<B, C>,
  third: StepOf<C, D>,
  fourth: StepOf<D, E>,
  fifth: StepOf<E, F>,
  sixth: StepOf<F, G>,
  seventh: StepOf<G, H>,
  eighth: StepOf<H, I>,
): Future<I>
export function chain(
  input: unknown,
  ...steps: readonly StepOf<unknown, unknown>[]
): Future<unknown> {
  steps.forEach((step, index) => {
    if (typeof step !== 'function') throw new OptionError(`step ${index + 1}`, step, 'a function')
  })
  let future: Future<unknown> = Future.from(input)
  for (const step of steps) future = future.then(step)
  return future
}
