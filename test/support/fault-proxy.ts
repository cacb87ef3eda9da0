import { connect, createServer, type Socket } from 'node:net'

/** A relay in front of a server that can be told to break connections in unfriendly ways. */
export interface FaultProxy {
  readonly port: number
  /** Connections relayed so far. */
  readonly connections: number
  /** Bytes from the server are passed on until so many have gone on one connection; then it is reset. */
  cutAfter: number
  /** While true nothing is passed on in either direction, and nothing is closed. */
  frozen: boolean
  close(): Promise<void>
}

export async function startFaultProxy(target: number): Promise<FaultProxy> {
  const sockets = new Set<Socket>()
  const state = { connections: 0, cutAfter: Number.POSITIVE_INFINITY, frozen: false }
  const server = createServer((client) => {
    state.connections++
    const upstream = connect(target, '127.0.0.1')
    let passed = 0
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay()
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (chunk) => {
      if (!state.frozen) upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      if (state.frozen) return
      const left = state.cutAfter - passed
      passed += chunk.length
      if (chunk.length < left) client.write(chunk)
      else {
        client.write(chunk.subarray(0, left), () => client.resetAndDestroy())
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  return Object.assign(state, {
    port: address.port,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
