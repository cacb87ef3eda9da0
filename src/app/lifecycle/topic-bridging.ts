import { OptionError } from '../../core/errors.ts'
import { type Eventual, Future } from '../../future/index.ts'
import { type AttachedBridge, type TopicBridge, useTopicBridge } from '../../websocket/index.ts'
import type { InputMap } from '../inputs/input.ts'
import type { Hook, Lifespan } from './lifespan.ts'

/** The bridge of topics of an app: opened by its start, closed when its sockets are. */
export class TopicBridging {
  #attached: AttachedBridge | undefined
  #isDeclared = false

  /** @throws {OptionError} if there is one already, or no function that makes it */
  declare(first: unknown, second: unknown, lifespan: Lifespan): void {
    if (this.#isDeclared) throw new OptionError('bridgeTopics()', first, 'called once')
    const create = second ?? first
    if (typeof create !== 'function') {
      throw new OptionError('bridgeTopics()', create, 'a function that makes a bridge')
    }
    const inputs = second === undefined ? {} : (first as InputMap)
    lifespan.addStart(inputs, (values: never) => this.#open(create as Hook, values))
    this.#isDeclared = true
  }

  close(): Future<void> {
    const attached = this.#attached
    this.#attached = undefined
    return attached === undefined ? Future.ready() : attached.close()
  }

  #open(create: Hook, values: never): Future<void> {
    return Future.from(create(values) as Eventual<TopicBridge>)
      .then(useTopicBridge)
      .then((attached) => {
        this.#attached = attached
      })
  }
}
