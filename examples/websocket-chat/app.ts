import { fileURLToPath } from 'node:url'
import { App, type Dependency, reply } from '../../src/index.ts'
import { chatPool } from './database/connect.ts'
import { isOutage } from './database/outage.ts'
import { presenceOf } from './presence.ts'
import { roomRoutes } from './room-routes.ts'
import { roomSocket } from './room-socket.ts'

const PUBLIC = fileURLToPath(new URL('./public/', import.meta.url))

/** The page runs its own scripts only: text that got in as markup after all could still do nothing. */
const PAGE_HEADERS = [
  [
    'content-security-policy',
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ],
  ['referrer-policy', 'no-referrer'],
] as const

/**
 * The chat: a page, a WebSocket for each room, and its history over HTTP.
 *
 * @param database - URL of a database with the chat's tables
 * @param poolSize - most connections to it of each reactor
 */
export function createChat(database: Dependency<string>, poolSize = 4): App {
  const app = new App({
    title: 'FasterAPI chat example',
    version: '1.0.0',
    description:
      'Rooms, presence and history. Messages go over WebSockets at /rooms/{room}/socket.',
  })
  const db = chatPool(database, poolSize)
  const presence = presenceOf()

  app.include(roomRoutes(db, presence))
  app.include(roomSocket(db, presence))
  app.static('/', PUBLIC, { headers: () => PAGE_HEADERS })
  app.onError(Error, (error) => {
    if (!isOutage(error)) throw error
    const headers = { 'retry-after': '1' }
    return reply(503, { detail: 'The history is not available' }, { headers })
  })
  return app
}
