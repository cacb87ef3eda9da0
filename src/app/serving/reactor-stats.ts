import { HTTP_STATS_BYTES, retireHttpStats } from '../../http/index.ts'
import {
  retireWebSocketStats,
  WEBSOCKET_STATS_BYTES,
  type WebSocketStatsMemory,
} from '../../websocket/index.ts'

/** Memory for the numbers of one reactor: those of its server, then those of its WebSockets. */
export const REACTOR_STATS_BYTES: number = HTTP_STATS_BYTES + WEBSOCKET_STATS_BYTES

/** The part of a reactor's memory where its WebSockets are counted. */
export function webSocketPart(memory: ArrayBufferLike): WebSocketStatsMemory {
  return { memory, byteOffset: HTTP_STATS_BYTES }
}

/** Adds what a reactor that is gone has counted to a total. */
export function retireStats(memory: ArrayBufferLike, total: ArrayBufferLike): void {
  retireHttpStats(memory, total)
  retireWebSocketStats(webSocketPart(memory), webSocketPart(total))
}
