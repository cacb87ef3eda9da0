import { type Dependency, path, type RouteGroup, router, websocket } from '../../src/index.ts'
import type { PgPool } from '../../src/pg/index.ts'
import type { Presence } from './presence.ts'
import { RoomName } from './protocol.ts'
import { Visit } from './visit.ts'

/** The socket of a room. See `protocol.ts` for what is said on it. */
export function roomSocket(db: Dependency<PgPool>, presence: Dependency<Presence>): RouteGroup {
  const socket = websocket(
    '/rooms/{room}/socket',
    {
      in: { room: path(RoomName), db, presence },
      // Room for 2,000 characters of any kind, escaped.
      maxMessageBytes: 32 * 1024,
      // A peer that does not read is cut off, connects again and gets what it has missed from the history.
      slowPeer: 'close',
      maxPendingMessages: 32,
    },
    (socket, { room, db, presence }) => new Visit(socket, room, { db, presence }).run(),
  )
  return router({ socket })
}
