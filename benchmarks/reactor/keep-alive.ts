import { connect } from 'node:net'

const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'

/** A connection that sends one request after the other. */
export interface KeepAlive {
  request(): Promise<void>
  close(): void
}

export async function openKeepAlive(port: number): Promise<KeepAlive> {
  const socket = connect(port, '127.0.0.1').setNoDelay()
  let answered: (() => void) | undefined
  socket.setEncoding('latin1').on('data', (text: string) => {
    if (!text.endsWith('}')) throw new Error(`A part of an answer: ${text}`)
    answered?.()
  })
  await new Promise((resolve) => {
    socket.once('connect', resolve)
  })
  return {
    close: () => socket.destroy(),
    request: () =>
      new Promise((resolve) => {
        answered = resolve
        socket.write(REQUEST)
      }),
  }
}
