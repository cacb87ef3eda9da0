import { randomUUID } from 'node:crypto'
import { OptionError } from '../../core/errors.ts'
import { Future } from '../../future/index.ts'
import { currentMesh } from '../../reactor/index.ts'
import { WebSocketStateError } from '../errors.ts'
import { attachBridge, attachedBridge, deliver, detachBridge } from '../topics.ts'
import type { TopicBridge, TopicBridgeStats } from './topic-bridge.ts'

/** Of a process without a mesh, which has one core. */
const LONE_PROCESS = randomUUID()
/** Of a random name, which is in every message: enough of it that no two are the same. */
const KEY_LENGTH = 12
const METHODS = ['open', 'publish', 'close', 'stats'] as const

/** A bridge in use; {@link close} it before what it runs on. */
export interface AttachedBridge extends AsyncDisposable {
  /** Sends what is queued, and leaves the topics to this process. */
  close(): Future<void>
}

/**
 * Connects the topics of this core with other processes: what is published here is sent there, too, and
 * what is published there reaches the sockets of this core.
 *
 * Every core has a bridge of its own, and those of one process ignore each other, because topics reach
 * all cores of a process without them.
 *
 * @returns ready when messages of others arrive; fails as the bridge does, and with
 * {@link WebSocketStateError} if this core has one already
 * @throws {OptionError} if it is no bridge
 */
export function useTopicBridge(bridge: TopicBridge): Future<AttachedBridge> {
  const isBridge =
    typeof bridge === 'object' &&
    bridge !== null &&
    METHODS.every((method) => typeof bridge[method] === 'function')
  if (!isBridge) throw new OptionError('bridge', bridge, `an object with ${METHODS.join(', ')}`)
  if (attachedBridge() !== undefined) {
    return Future.failed(new WebSocketStateError('This core has a bridge of topics already'))
  }
  attachBridge(bridge)
  let closing: Future<void> | undefined
  const close = (): Future<void> => {
    if (closing === undefined) {
      detachBridge(bridge)
      closing = Future.try(() => bridge.close())
    }
    return closing
  }
  const processKey = (currentMesh()?.name ?? LONE_PROCESS).slice(-KEY_LENGTH)
  return Future.try(() => bridge.open({ processKey, deliver })).then(
    () => ({ close, [Symbol.asyncDispose]: () => close().toPromise() }),
    (error) => {
      detachBridge(bridge)
      throw error
    },
  )
}

/** @returns the numbers of the bridge of this core; undefined if there is none */
export function topicBridgeStats(): TopicBridgeStats | undefined {
  return attachedBridge()?.stats()
}
