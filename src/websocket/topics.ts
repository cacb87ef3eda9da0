import { currentMesh, type Mesh, remote, sendTo } from '../reactor/index.ts'
import { addInterest, removeInterest } from '../reactor/mesh/topic-interest.ts'
import { assertMessage, assertTopic } from './arguments.ts'
import type { TopicBridge } from './bridge/topic-bridge.ts'
import { PreparedMessage } from './prepared-message.ts'
import type { WebSocketMessage } from './protocol/message-parser.ts'
import type { SocketConnection } from './socket-connection.ts'
import { webSocketCounters as counters } from './stats.ts'

const topics = new Map<string, Set<SocketConnection>>()
let bridge: TopicBridge | undefined

/**
 * Sends a message to all sockets that are subscribed to a topic, on all cores.
 *
 * Its frame is made once for all of a core. Messages of one turn leave together, one write per socket.
 *
 * @param message - text, or bytes that must not change any more
 * @returns how many sockets of this core it was sent to
 * @throws {OptionError} if `topic` is no string, or `message` neither a string nor bytes
 */
export function broadcast(topic: string, message: WebSocketMessage): number {
  return publishFrom(undefined, topic, message)
}

/** @returns how many sockets of this core are subscribed to a topic */
export function subscriberCount(topic: string): number {
  return topics.get(topic)?.size ?? 0
}

/** @param sender - a socket that is left out */
export function publishFrom(
  sender: SocketConnection | undefined,
  topic: string,
  message: WebSocketMessage,
): number {
  assertTopic(topic)
  assertMessage('publish() message', message)
  const mesh = currentMesh()
  if (mesh !== undefined) publishToOthers(mesh, topic, message)
  bridge?.publish(topic, message)
  return deliver(topic, message, sender)
}

export function addSubscriber(topic: string, socket: SocketConnection): void {
  const others = topics.get(topic)
  if (others === undefined) {
    topics.set(topic, new Set([socket]))
    addInterest(interestOf(topic))
  } else others.add(socket)
}

export function removeSubscriber(topic: string, socket: SocketConnection): void {
  const others = topics.get(topic)
  if (others?.delete(socket) !== true || others.size > 0) return
  topics.delete(topic)
  removeInterest(interestOf(topic))
}

/** What is published on this core goes to other processes, too. */
export function attachBridge(added: TopicBridge): void {
  bridge = added
}

export function attachedBridge(): TopicBridge | undefined {
  return bridge
}

export function detachBridge(removed: TopicBridge): void {
  if (bridge === removed) bridge = undefined
}

/** Other cores are told only if they have a socket that wants it; not to be taken for a topic of `subscribe`. */
function interestOf(topic: string): string {
  return `websocket ${topic}`
}

function publishToOthers(mesh: Mesh, topic: string, message: WebSocketMessage): void {
  for (const core of mesh.interestedIn(interestOf(topic))) {
    sendTo(core, published, topic, message).ignore()
  }
}

/** Sends a message to the sockets of this core alone. */
export function deliver(
  topic: string,
  message: WebSocketMessage,
  sender?: SocketConnection,
): number {
  const subscribers = topics.get(topic)
  if (subscribers === undefined) return 0
  counters.count('published')
  const prepared = new PreparedMessage(message)
  let sent = 0
  // A socket that is cut off meanwhile leaves the set, which iteration over sets allows.
  for (const socket of subscribers) {
    if (socket !== sender && socket.sendPrepared(prepared)) sent++
  }
  return sent
}

const published = remote('fasterapi:websocket:published', deliver)
