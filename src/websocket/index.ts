export { type PostgresBridgeOptions, postgresBridge } from './bridge/postgres-bridge.ts'
export {
  type DuplicableRedisClient,
  type RedisBridgeOptions,
  type RedisClient,
  redisBridge,
} from './bridge/redis-bridge.ts'
export { relayBridge } from './bridge/relay-bridge.ts'
export type { BridgeOptions } from './bridge/relay-options.ts'
export type {
  TopicBridge,
  TopicBridgeStats,
  TopicGap,
  TopicReceiver,
} from './bridge/topic-bridge.ts'
export type { TopicTransport, TransportReceiver } from './bridge/transport.ts'
export {
  type AttachedBridge,
  topicBridgeStats,
  useTopicBridge,
} from './bridge/use-topic-bridge.ts'
export type { DeflateOptions } from './deflate/options.ts'
export {
  WebSocketProtocolError,
  type WebSocketProtocolErrorCode,
  WebSocketStateError,
} from './errors.ts'
export type { Handshake } from './handshake/handshake.ts'
export type { HandshakeRequest } from './handshake/request.ts'
export type { MessageHandler } from './inbox.ts'
export {
  type AllowedOrigins,
  type SlowPeerPolicy,
  WEBSOCKET_OPTION_NAMES,
  type WebSocketOptions,
} from './options.ts'
export { CLOSE_CODE } from './protocol/close-code.ts'
export type { WebSocketMessage } from './protocol/message-parser.ts'
export type { WebSocketClose } from './socket-listener.ts'
export {
  readWebSocketStats,
  retireWebSocketStats,
  shareWebSocketStats,
  WEBSOCKET_STATS_BYTES,
  type WebSocketStats,
  type WebSocketStatsMemory,
  webSocketStats,
} from './stats.ts'
export { broadcast, subscriberCount } from './topics.ts'
export { type SocketHandler, WebSocketResponse } from './upgrade-response.ts'
export { WebSocketUpgrader, webSocketHandler } from './upgrader.ts'
export { WebSocket } from './websocket.ts'
