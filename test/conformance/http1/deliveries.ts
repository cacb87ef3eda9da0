import type { Buffer } from 'node:buffer'
import type { HttpServer } from '../../../src/http/index.ts'
import { eachByte } from '../../http/differential/generate.ts'
import { WireSocket } from '../../http/support/wire-socket.ts'

/** Every cut of a short input; those around line ends, and some others, of a long one. */
const SHORT_BYTES = 600
const STRIDE = 211
/** More turns than any of the handlers takes between two of its steps. */
const QUIET_TURNS = 4

/** What came back before the client ended its side. */
export interface Outcome {
  readonly sent: string
  readonly isEnded: boolean
}

/** Hands the pieces to a connection of their own, one after the other. */
export async function deliver(server: HttpServer, pieces: readonly Buffer[]): Promise<Outcome> {
  const socket = new WireSocket()
  server.accept(socket.asSocket)
  for (const piece of pieces) {
    socket.receive(piece)
    if (!socket.pump()) await untilQuiet(socket)
  }
  await untilQuiet(socket)
  const outcome = { sent: socket.sent, isEnded: socket.isEnded || socket.destroyed }
  socket.receiveEnd()
  for (let turn = 0; !socket.isClosed; turn++) {
    if (turn > 1000) throw new Error('The connection hangs')
    await nextTurn()
    socket.pump()
  }
  return outcome
}

/** Handlers have answered, or wait for input that does not come. */
async function untilQuiet(socket: WireSocket): Promise<void> {
  for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
    const { length } = socket.sent
    await nextTurn()
    if (!socket.pump() || socket.sent.length !== length) quiet = -1
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** In one piece, byte by byte, and in two pieces at every boundary. */
export function waysToDeliver(bytes: Buffer): (readonly Buffer[])[] {
  const ways: (readonly Buffer[])[] = [[bytes], eachByte(bytes)]
  for (let at = 1; at < bytes.length; at++) {
    const isNearLineEnd = bytes.subarray(Math.max(0, at - 2), at + 2).includes(10)
    if (bytes.length <= SHORT_BYTES || at % STRIDE === 0 || isNearLineEnd) {
      ways.push([bytes.subarray(0, at), bytes.subarray(at)])
    }
  }
  return ways
}
