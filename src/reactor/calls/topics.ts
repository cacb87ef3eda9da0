import { OptionError } from '../../core/errors.ts'
import { Future } from '../../future/future.ts'
import type { Mesh } from '../mesh/mesh.ts'
import { currentMesh } from '../mesh/mesh-current.ts'
import { addInterest, removeInterest } from '../mesh/topic-interest.ts'
import { remote } from './remote.ts'
import { sendTo } from './submit.ts'

/** Is told what is published. @param topic - the one it subscribed to */
export type Subscriber<T> = (value: T, topic: string) => unknown

const subscribers = new Map<string, Set<Subscriber<never>>>()

/**
 * Tells the subscribers of a topic on all cores.
 *
 * Subscribers on this core are told at once, with the very value; others get copies, those of one core
 * in the order in which this core published. Cores without a subscriber get no message. A core that joins later is not told of what was before.
 *
 * @returns how many subscribers this core has
 * @throws {OptionError} if `topic` is not a string
 */
export function publish(topic: string, value: unknown): number {
  assertTopic(topic)
  const mesh = currentMesh()
  if (mesh !== undefined) publishToOthers(mesh, topic, value)
  return deliver(topic, value)
}

/**
 * Calls `subscriber` with everything that is published on a topic, on whichever core.
 *
 * What it throws, or a future it returns fails with, is reported as a failure nobody handles; the other
 * subscribers are told all the same.
 *
 * @returns takes the subscriber off again when it is disposed of
 * @throws {OptionError} if `topic` is not a string or `subscriber` not a function
 */
export function subscribe<T>(topic: string, subscriber: Subscriber<T>): Disposable {
  assertTopic(topic)
  if (typeof subscriber !== 'function') {
    throw new OptionError('subscriber', subscriber, 'a function')
  }
  // A function of its own, so that one that subscribes twice is told twice.
  const own: Subscriber<never> = (published: never, name) => subscriber(published, name)
  const others = subscribers.get(topic)
  if (others === undefined) {
    subscribers.set(topic, new Set([own]))
    addInterest(topic)
  } else others.add(own)
  return { [Symbol.dispose]: () => unsubscribe(topic, own) }
}

function publishToOthers(mesh: Mesh, topic: string, value: unknown): void {
  for (const core of mesh.interestedIn(topic)) sendTo(core, published, topic, value).ignore()
}

function unsubscribe(topic: string, subscriber: Subscriber<never>): void {
  const others = subscribers.get(topic)
  if (others?.delete(subscriber) !== true || others.size > 0) return
  subscribers.delete(topic)
  removeInterest(topic)
}

function deliver(topic: string, value: unknown): number {
  const told = subscribers.get(topic)
  if (told === undefined) return 0
  // A copy: a subscriber may unsubscribe, or subscribe another one, while it is told.
  const all = Array.from(told)
  for (const subscriber of all) void Future.try(() => subscriber(value as never, topic))
  return all.length
}

function assertTopic(topic: string): void {
  if (typeof topic !== 'string') throw new OptionError('topic', topic, 'a string')
}

const published = remote('fasterapi:published', deliver)
