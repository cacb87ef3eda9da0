import type { Buffer } from 'node:buffer'
import { Socket, type SocketConstructorOpts } from 'node:net'
import { readBuffer, readBufferView } from './read-buffer.ts'

/** Bytes a connection may have waiting in its socket before {@link Connection.write} says false. */
export const HIGH_WATER_BYTES = 65_536

/** How accepted sockets are read: through the shared buffer if this Node can, or as plain streams. */
export type ReadPath = 'shared' | 'stream'

/** `FASTERAPI_NET_READ=stream` turns the shared buffer off, should a Node release ever break it. */
export const defaultReadPath: ReadPath =
  process.env['FASTERAPI_NET_READ'] === 'stream' ? 'stream' : 'shared'

export interface AcceptOptions {
  /** Default: the shared buffer, unless `FASTERAPI_NET_READ=stream` is set. */
  readonly readPath?: ReadPath
}

interface HandleOwner {
  _handle: object | null
}

/**
 * Moves the handle of a just accepted, paused socket into a socket that reads into the shared buffer.
 *
 * `net.connect` has an option for this (`onread`), `net.Server` has none, so the accepted handle is
 * given to a new socket. The constructor option `handle` is not documented: its effect is checked,
 * and where it fails the accepted socket is used as it is.
 *
 * @param onRead - called with what was read, which stands in the buffer from its start
 * @param nextBuffer - asked after each read; undefined: the buffer stays the same, at first the
 * shared one
 * @returns the socket to use from now on, or undefined if this Node does not support it
 */
export function adoptAccepted(
  accepted: Socket,
  onRead: (chunk: Buffer) => void,
  nextBuffer: () => Buffer | undefined,
): Socket | undefined {
  const owner = accepted as unknown as HandleOwner
  const handle = owner._handle
  if (typeof handle !== 'object' || handle === null || !('readStart' in handle)) return undefined
  let isOpen = false
  const options = {
    handle,
    allowHalfOpen: true,
    writableHighWaterMark: HIGH_WATER_BYTES,
    onread: {
      buffer: () => (isOpen ? nextBuffer() : readBuffer),
      callback: (length: number, buffer: Buffer): boolean => {
        onRead(buffer === readBuffer ? readBufferView(length) : buffer.subarray(0, length))
        return true
      },
    },
  }
  owner._handle = null
  const adopted = new Socket(options as unknown as SocketConstructorOpts)
  isOpen = true
  if ((adopted as unknown as HandleOwner)._handle !== handle) {
    owner._handle = handle
    return undefined
  }
  // Without a handle this closes nothing; it makes the listener stop counting the empty shell.
  accepted.destroy()
  return adopted
}
