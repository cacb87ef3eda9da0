import { Connection, type ConnectionHandler } from '../net/index.ts'
import { type PgConfig } from './config.ts'
import { writeCancelRequest } from './protocol/frontend-message.ts'
import { MessageWriter } from './protocol/writer.ts'
import type { BackendKey } from './startup.ts'

/**
 * Asks the server to interrupt what a back end runs now.
 *
 * The request names a back end, not a query. The server handles it before it closes the socket, so
 * only after the close is it certain that a later query will not be hit.
 *
 * @param onClosed - called once, when the request's socket is closed or could not be opened
 * @see PostgreSQL manual, "Canceling Requests in Progress"
 */
export function requestCancel(
  config: PgConfig,
  key: BackendKey,
  timeoutMs: number,
  onClosed: () => void,
): void {
  let connection: Connection | undefined
  const handler: ConnectionHandler = {
    onData() {},
    onEnd: () => connection?.destroy(),
    onDrain() {},
    onClose: onClosed,
  }
  const address =
    config.socketPath === undefined
      ? { host: config.host, port: config.port }
      : { path: config.socketPath }
  Connection.connect({ ...address, handler, timeoutMs })
    .then((opened) => {
      connection = opened
      const out = new MessageWriter(64)
      writeCancelRequest(out, key.processId, key.secretKey)
      opened.write(out.take())
      opened.flush()
    }, onClosed)
    .ignore()
}
