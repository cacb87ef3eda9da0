import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  broadcast,
  readWebSocketStats,
  retireWebSocketStats,
  subscriberCount,
  WEBSOCKET_STATS_BYTES,
  type WebSocket,
  type WebSocketClose,
  WebSocketStateError,
  type WebSocketStatsMemory,
  webSocketStats,
} from '../../src/websocket/index.ts'
import { WebSocketCounters } from '../../src/websocket/stats.ts'
import { binary, close, describeFrame, ping, pong, text } from './support/frames.ts'
import { RawSocket } from './support/raw-socket.ts'
import { echo, withSockets } from './support/serve.ts'

const said = (raw: RawSocket): string[] => raw.frames.map(describeFrame)

/** Waits for what happens on the other side of a socket, in turns of the event loop. */
async function until(isDone: () => boolean): Promise<void> {
  for (const endMs = performance.now() + 10_000; !isDone(); ) {
    assert.ok(performance.now() < endMs, 'waited for ten seconds')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('WebSocket', () => {
  it('is iterated until the peer closes', async () => {
    const seen: unknown[] = []
    const handler = async (socket: WebSocket): Promise<void> => {
      for await (const message of socket) seen.push(message)
      seen.push('end')
    }
    await withSockets(handler, async (port) => {
      const raw = await RawSocket.open(port)
      raw.send(text('a'), binary(Buffer.of(1, 2)), text('b'), close(1000))
      await raw.untilEnd()
      await until(() => seen.includes('end'))
    })
    assert.deepEqual(seen, ['a', Buffer.of(1, 2), 'b', 'end'])
  })

  it('is closed with 1000 when the handler that iterated it ends', async () => {
    const handler = async (socket: WebSocket): Promise<void> => {
      for await (const message of socket) {
        await socket.send(message)
        break
      }
    }
    await withSockets(handler, async (port) => {
      const raw = await RawSocket.open(port)
      raw.send(text('a'), text('b'))
      await raw.untilFrames(2)
      assert.deepEqual(said(raw), ['text:a', 'close:1000'])
      raw.send(close(1000))
      await raw.untilEnd()
    })
  })

  it('stays open when a handler that set a callback ends', async () => {
    const handler = async (socket: WebSocket): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve))
      echo(socket)
    }
    await withSockets(handler, async (port) => {
      const raw = await RawSocket.open(port)
      raw.send(text('before'))
      await raw.untilFrames(1)
      raw.send(text('after'))
      await raw.untilFrames(2)
      assert.deepEqual(said(raw), ['text:before', 'text:after'])
      raw.socket.destroy()
    })
  })

  const failures: Readonly<Record<string, (socket: WebSocket) => unknown>> = {
    'the handler throws': () => {
      throw new Error('broken')
    },
    'the handler rejects': async () => {
      await Promise.resolve()
      throw new Error('broken')
    },
    'the message handler throws': (socket) =>
      socket.onMessage(() => {
        throw new Error('broken')
      }),
    'the message handler rejects': (socket) =>
      socket.onMessage(async () => {
        await Promise.resolve()
        throw new Error('broken')
      }),
    'the loop over messages throws': async (socket) => {
      for await (const _ of socket) throw new Error('broken')
    },
  }
  for (const [name, handler] of Object.entries(failures)) {
    it(`is closed with 1011, and the failure told, when ${name}`, async () => {
      const errors: unknown[] = []
      const onError = (error: unknown): void => void errors.push(error)
      await withSockets(
        handler,
        async (port) => {
          const raw = await RawSocket.open(port)
          raw.send(text('a'))
          await raw.untilFrames(1)
          assert.deepEqual(said(raw), ['close:1011'])
          raw.socket.destroy()
        },
        { onError },
      )
      assert.deepEqual(errors.map(String), ['Error: broken'])
    })
  }

  it('has one listener at a time', async () => {
    const failures: unknown[] = []
    const attempt = (step: () => unknown): void => {
      try {
        step()
      } catch (error) {
        failures.push(error)
      }
    }
    const handler = (socket: WebSocket): void => {
      echo(socket)
      attempt(() => echo(socket))
      attempt(() => socket[Symbol.asyncIterator]())
    }
    await withSockets(handler, async (port) => {
      const raw = await RawSocket.open(port)
      raw.socket.destroy()
    })
    assert.equal(failures.length, 2)
    assert.ok(failures.every((error) => error instanceof WebSocketStateError))
  })

  const endings: readonly (readonly [string, (raw: RawSocket) => void, WebSocketClose])[] = [
    [
      'a close frame',
      (raw) => raw.send(close(3001, 'bye')),
      { code: 3001, reason: 'bye', wasClean: true },
    ],
    [
      'a close frame without code',
      (raw) => raw.send(close()),
      { code: 1005, reason: '', wasClean: true },
    ],
    [
      'the end of the connection',
      (raw) => raw.socket.end(),
      { code: 1006, reason: '', wasClean: false },
    ],
    ['a reset', (raw) => raw.socket.resetAndDestroy(), { code: 1006, reason: '', wasClean: false }],
    [
      'a broken frame',
      (raw) => raw.send(Buffer.of(0x83, 0x80)),
      { code: 1002, reason: 'The opcode 3', wasClean: false },
    ],
  ]
  for (const [name, end, expected] of endings) {
    it(`tells ${name} once, to all who asked`, async () => {
      const seen: WebSocketClose[] = []
      const states: string[] = []
      const handler = async (socket: WebSocket): Promise<void> => {
        socket.onClose((each) => seen.push(each))
        seen.push(await socket.closed)
        states.push(socket.state)
      }
      await withSockets(handler, async (port) => {
        const raw = await RawSocket.open(port)
        end(raw)
        await until(() => seen.length === 2)
        raw.socket.destroy()
      })
      assert.deepEqual(seen, [expected, expected])
      assert.deepEqual(states, ['closed'])
    })
  }

  it('says goodbye, throws away what still comes, and knows the answer', async () => {
    const closed: Promise<WebSocketClose>[] = []
    const seen: unknown[] = []
    const handler = (socket: WebSocket): void => {
      socket.onMessage((message) => {
        seen.push(message)
        closed.push(socket.close(4000, 'enough').toPromise())
        assert.equal(socket.state, 'closing')
      })
    }
    await withSockets(handler, async (port) => {
      const raw = await RawSocket.open(port)
      raw.send(text('a'), text('late'))
      const [frame] = await raw.untilFrames(1)
      assert.equal(frame?.payload.subarray(2).toString(), 'enough')
      raw.send(text('later'), close(4000))
      await raw.untilEnd()
      assert.deepEqual(await closed[0], { code: 4000, reason: '', wasClean: true })
    })
    assert.deepEqual(seen, ['a'])
    assert.equal(closed.length, 1)
  })

  it('sends nothing after the close, and says so', async () => {
    const results: boolean[] = []
    const handler = async (socket: WebSocket): Promise<void> => {
      results.push(await socket.send('a'))
      void socket.close()
      results.push(await socket.send('b'))
    }
    await withSockets(handler, async (port) => {
      const raw = await RawSocket.open(port)
      await raw.untilFrames(2)
      assert.deepEqual(said(raw), ['text:a', 'close:1000'])
      raw.socket.destroy()
    })
    assert.deepEqual(results, [true, false])
  })

  it('refuses arguments that make no sense', async () => {
    const failures: string[] = []
    const handler = (socket: WebSocket): void => {
      const calls: (() => unknown)[] = [
        () => socket.send(7 as never),
        () => socket.close(1005),
        () => socket.close(1000.5),
        () => socket.close(1000, 'x'.repeat(124)),
        () => socket.ping('x'.repeat(126)),
        () => socket.subscribe(1 as never),
        () => socket.publish('a', {} as never),
        () => socket.onMessage('x' as never),
        () => socket.onClose(undefined as never),
      ]
      for (const call of calls)
        assert.throws(call, (error: { code?: string }) => {
          failures.push(error.code ?? '')
          return true
        })
    }
    await withSockets(handler, async (port) => {
      const raw = await RawSocket.open(port)
      raw.socket.destroy()
    })
    assert.deepEqual(failures, Array(9).fill('CORE_OPTION'))
  })

  it('cuts off without a word when it is terminated', async () => {
    await withSockets(
      (socket) => socket.onMessage(() => socket.terminate()),
      async (port) => {
        const raw = await RawSocket.open(port)
        raw.send(text('a'))
        assert.deepEqual(await raw.untilEnd(), [])
      },
    )
  })
})

describe('timeouts of a WebSocket', () => {
  it('ping a silent peer, and cut it off if nothing comes back', async () => {
    const closed: WebSocketClose[] = []
    await withSockets(
      (socket) => socket.onClose((each) => closed.push(each)),
      async (port) => {
        const before = webSocketStats()
        const raw = await RawSocket.open(port)
        await raw.untilEnd()
        assert.deepEqual(said(raw), ['ping:'])
        await until(() => closed.length === 1)
        const after = webSocketStats()
        assert.equal(after.timeouts.pong - before.timeouts.pong, 1)
        assert.equal(after.pings - before.pings, 1)
      },
      { pingIntervalMs: 40, pongTimeoutMs: 40 },
    )
    assert.equal(closed[0]?.code, 1006)
  })

  it('leave a peer alone that answers its pings', async () => {
    await withSockets(
      echo,
      async (port) => {
        const raw = await RawSocket.open(port)
        for (let count = 1; count <= 4; count++) {
          await raw.untilFrames(count)
          raw.send(pong())
        }
        assert.deepEqual(said(raw), ['ping:', 'ping:', 'ping:', 'ping:'])
        raw.socket.destroy()
      },
      { pingIntervalMs: 30, pongTimeoutMs: 5_000 },
    )
  })

  it('close a socket with 1001 that brings no messages, pings or not', async () => {
    await withSockets(
      echo,
      async (port) => {
        const raw = await RawSocket.open(port)
        const pinger = setInterval(() => raw.send(ping('x')), 10)
        await raw.until(() => said(raw).includes('close:1001'))
        clearInterval(pinger)
        assert.ok(said(raw).includes('close:1001'))
        raw.socket.destroy()
      },
      { idleTimeoutMs: 100 },
    )
  })

  it('cut off a peer that does not answer the close frame', async () => {
    const closed: WebSocketClose[] = []
    await withSockets(
      async (socket) => {
        closed.push(await socket.close(1000))
      },
      async (port) => {
        const raw = await RawSocket.open(port)
        await raw.untilEnd()
        await until(() => closed.length === 1)
      },
      { closeTimeoutMs: 40 },
    )
    assert.deepEqual(closed, [{ code: 1006, reason: '', wasClean: false }])
  })
})

describe('a peer that does not read', () => {
  const CHUNK = Buffer.alloc(65_536)

  it('is cut off beyond the limit where the policy is close', async () => {
    const closed: WebSocketClose[] = []
    let most = 0
    await withSockets(
      (socket) => {
        socket.onClose((each) => closed.push(each))
        while (socket.state === 'open') {
          socket.send(CHUNK).ignore()
          most = Math.max(most, socket.bufferedBytes)
        }
      },
      async (port) => {
        const raw = await RawSocket.open(port)
        raw.socket.pause()
        await until(() => closed.length === 1)
        raw.socket.destroy()
      },
      { maxBufferedBytes: 200_000 },
    )
    assert.equal(closed[0]?.code, 1006)
    assert.ok(most <= 200_000 + 2 * CHUNK.length, `${most} bytes were buffered`)
  })

  it('misses messages where the policy is drop, and gets what is sent later', async () => {
    const results: boolean[] = []
    let server: WebSocket | undefined
    await withSockets(
      (socket) => {
        server = socket
        echo(socket)
        const sends = Array.from({ length: 200 }, () => socket.send(CHUNK))
        for (const sent of sends) void sent.then((isSent) => results.push(isSent))
      },
      async (port) => {
        const before = webSocketStats().messages.dropped
        const raw = await RawSocket.open(port)
        await until(() => results.length === 200 && server?.bufferedBytes === 0)
        const dropped = results.filter((isSent) => !isSent).length
        assert.ok(dropped > 0 && dropped < 200, `${dropped} of 200`)
        assert.equal(webSocketStats().messages.dropped - before, dropped)
        raw.send(text('still there?'))
        await raw.untilFrames(200 - dropped + 1)
        assert.equal(said(raw).at(-1), 'text:still there?')
        raw.socket.destroy()
      },
      { maxBufferedBytes: 200_000, slowPeer: 'drop' },
    )
  })

  it('is not read where the policy is wait, and loses nothing', async () => {
    let most = 0
    let received = 0
    const count = 400
    await withSockets(
      (socket) => {
        socket.onMessage((message) => {
          received++
          most = Math.max(most, socket.bufferedBytes)
          return socket.send(message)
        })
      },
      async (port) => {
        const raw = await RawSocket.open(port)
        raw.socket.pause()
        const message = binary(CHUNK)
        for (let at = 0; at < count; at++) raw.send(message)
        let seen = -1
        // The server has stopped when a while has brought no more messages.
        while (seen !== received) {
          seen = received
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
        assert.ok(received < count, `all ${received} were read`)
        raw.socket.resume()
        await raw.untilFrames(count)
        assert.equal(raw.frames.length, count)
        raw.socket.destroy()
      },
      { maxBufferedBytes: 200_000, slowPeer: 'wait' },
    )
    assert.ok(most <= 400_000 + 2 * CHUNK.length, `${most} bytes were buffered`)
  })

  it('lets a sender that waits go at its pace', async () => {
    const count = 300
    let most = 0
    await withSockets(
      async (socket) => {
        for (let at = 0; at < count; at++) {
          await socket.send(CHUNK)
          most = Math.max(most, socket.bufferedBytes)
        }
        void socket.close()
      },
      async (port) => {
        const raw = await RawSocket.open(port)
        const frames = await raw.untilFrames(count + 1)
        assert.equal(frames.length, count + 1)
        raw.socket.destroy()
      },
    )
    assert.ok(most <= 4 * CHUNK.length, `${most} bytes were buffered`)
  })

  it('is cut off when it takes nothing for too long', async () => {
    const closed: WebSocketClose[] = []
    await withSockets(
      (socket) => {
        socket.onClose((each) => closed.push(each))
        for (let at = 0; at < 150; at++) socket.send(CHUNK).ignore()
      },
      async (port) => {
        const raw = await RawSocket.open(port)
        raw.socket.pause()
        await until(() => closed.length === 1)
        raw.socket.destroy()
      },
      { maxBufferedBytes: 100_000_000, sendTimeoutMs: 60 },
    )
    assert.equal(closed[0]?.code, 1006)
  })
})

describe('messages nobody asks for', () => {
  it('stop the reading, and all come when somebody does', async () => {
    let go: (() => void) | undefined
    let count = 0
    const handler = async (socket: WebSocket): Promise<void> => {
      await new Promise<void>((resolve) => {
        go = resolve
      })
      for await (const _ of socket) count++
    }
    await withSockets(
      handler,
      async (port, server) => {
        const raw = await RawSocket.open(port)
        const many = Buffer.concat(Array.from({ length: 1000 }, () => text('x'.repeat(50))))
        for (let at = 0; at < 100; at++) raw.send(many)
        let seen = -1
        while (seen !== server.stats().bytes.received) {
          seen = server.stats().bytes.received
          await new Promise((resolve) => setTimeout(resolve, 700))
        }
        assert.ok(seen < 5_000_000, `${seen} bytes were read`)
        go?.()
        await until(() => count === 100_000)
        raw.socket.destroy()
      },
      { maxPendingMessages: 10 },
    )
  })

  it('are thrown away when the handler has ended without a listener', async () => {
    await withSockets(
      (socket) => socket.subscribe('news'),
      async (port) => {
        const raw = await RawSocket.open(port)
        for (let at = 0; at < 50; at++) raw.send(binary(Buffer.alloc(65_536)))
        raw.send(ping('through'))
        await raw.untilFrames(1)
        assert.deepEqual(said(raw), [`pong:${Buffer.from('through').toString('hex')}`])
        raw.socket.destroy()
      },
      { maxPendingMessages: 1 },
    )
  })

  it('wait while too many are at work', async () => {
    let atWork = 0
    let most = 0
    let done = 0
    const handler = (socket: WebSocket): void => {
      socket.onMessage(async () => {
        most = Math.max(most, ++atWork)
        await new Promise((resolve) => setImmediate(resolve))
        atWork--
        done++
      })
    }
    await withSockets(
      handler,
      async (port) => {
        const raw = await RawSocket.open(port)
        raw.send(Buffer.concat(Array.from({ length: 500 }, () => text('x'))))
        await until(() => done === 500)
        raw.socket.destroy()
      },
      { maxPendingMessages: 7 },
    )
    assert.equal(most, 7)
  })
})

describe('topics', () => {
  const join = (socket: WebSocket): void => {
    socket.subscribe('room')
    socket.onMessage((message) => socket.publish('room', message))
  }

  it('bring a message to all but its sender', async () => {
    await withSockets(join, async (port) => {
      const [a, b, c] = await Promise.all([1, 2, 3].map(() => RawSocket.open(port)))
      assert.ok(a !== undefined && b !== undefined && c !== undefined)
      await until(() => subscriberCount('room') === 3)
      a.send(text('hello'))
      await b.untilFrames(1)
      await c.untilFrames(1)
      assert.equal(broadcast('room', Buffer.of(7)), 3)
      for (const raw of [b, c]) await raw.untilFrames(2)
      await a.untilFrames(1)
      assert.deepEqual([a, b, c].map(said), [
        ['binary:07'],
        ['text:hello', 'binary:07'],
        ['text:hello', 'binary:07'],
      ])
      for (const raw of [a, b, c]) raw.socket.destroy()
      await until(() => subscriberCount('room') === 0)
    })
    assert.equal(broadcast('room', 'nobody'), 0)
  })

  it('are left by unsubscribing, and by saying goodbye', async () => {
    const sockets: WebSocket[] = []
    const handler = (socket: WebSocket): void => {
      sockets.push(socket)
      socket.subscribe('a')
      socket.subscribe('a')
      socket.subscribe('b')
    }
    await withSockets(handler, async (port) => {
      const raw = await RawSocket.open(port)
      const [socket] = sockets
      assert.ok(socket !== undefined)
      assert.deepEqual([...socket.topics], ['a', 'b'])
      assert.equal(socket.unsubscribe('a'), true)
      assert.equal(socket.unsubscribe('a'), false)
      assert.deepEqual([subscriberCount('a'), subscriberCount('b')], [0, 1])
      raw.send(close(1000))
      await raw.untilEnd()
      assert.equal(subscriberCount('b'), 0)
      socket.subscribe('b')
      assert.equal(subscriberCount('b'), 0)
    })
  })

  it('reach sockets with and without compression', async () => {
    const long = 'tell everybody '.repeat(100)
    const handler = (socket: WebSocket): void => socket.subscribe('mixed')
    await withSockets(
      handler,
      async (port) => {
        const extension = { 'sec-websocket-extensions': 'permessage-deflate' }
        const plain = await RawSocket.open(port)
        const packed = await RawSocket.open(port, '/', extension)
        const alone = await RawSocket.open(port, '/', extension)
        await until(() => subscriberCount('mixed') === 3)
        broadcast('mixed', long)
        const frames = await Promise.all([plain, packed, alone].map((raw) => raw.untilFrames(1)))
        assert.deepEqual(
          frames.map(([frame]) => frame?.rsv),
          [0, 4, 4],
        )
        assert.equal(frames[0]?.[0]?.payload.toString(), long)
        assert.ok((frames[1]?.[0]?.payload.length ?? 0) < 100)
        assert.deepEqual(frames[1]?.[0]?.payload, frames[2]?.[0]?.payload)
        for (const raw of [plain, packed, alone]) raw.socket.destroy()
      },
      { deflate: true },
    )
  })
})

describe('a server of WebSockets that closes', () => {
  it('says 1001, and waits for the answers', async () => {
    const closed: WebSocketClose[] = []
    await withSockets(
      (socket) => socket.onClose((each) => closed.push(each)),
      async (port, server) => {
        const raw = await RawSocket.open(port)
        let isClosed = false
        const closing = server.close({ timeoutMs: 10_000 }).then(() => {
          isClosed = true
        })
        await raw.untilFrames(1)
        assert.deepEqual(said(raw), ['close:1001'])
        assert.equal(isClosed, false)
        raw.send(close(1001))
        raw.socket.end()
        await closing
        assert.deepEqual(closed, [{ code: 1001, reason: '', wasClean: true }])
      },
    )
  })

  it('cuts off at the deadline who does not answer', async () => {
    const closed: WebSocketClose[] = []
    await withSockets(
      (socket) => socket.onClose((each) => closed.push(each)),
      async (port, server) => {
        const raw = await RawSocket.open(port)
        await server.close({ timeoutMs: 50 })
        await until(() => closed.length === 1)
        assert.equal(closed[0]?.code, 1006)
        raw.socket.destroy()
      },
    )
  })
})

describe('webSocketStats', () => {
  const memoryOf = (count: (counters: WebSocketCounters) => void): WebSocketStatsMemory => {
    const memory = { memory: new SharedArrayBuffer(8 + WEBSOCKET_STATS_BYTES), byteOffset: 8 }
    const counters = new WebSocketCounters()
    counters.countSent()
    counters.moveTo(memory)
    count(counters)
    return memory
  }

  it('is read from the memory of several cores, what was counted before it was shared included', () => {
    const one = memoryOf((counters) => {
      counters.count('open', 2)
      counters.countClose(1001)
      counters.countClose(4001)
    })
    const other = memoryOf((counters) => {
      counters.countClose(4002)
      counters.countClose(4001)
    })
    const { sockets, messages, closes } = readWebSocketStats(one, other)
    assert.deepEqual([sockets.open, messages.sent], [2, 2])
    assert.deepEqual(closes, { 1001: 1, 4001: 2, 4002: 1 })
    retireWebSocketStats(one, other)
    assert.equal(readWebSocketStats(other).sockets.open, 0)
    assert.deepEqual(readWebSocketStats(other).closes, { 1001: 1, 4001: 2, 4002: 1 })
  })

  it('tells no more than 32 codes of applications apart', () => {
    const memory = memoryOf((counters) => {
      for (let code = 3000; code < 3040; code++) counters.countClose(code)
    })
    const { closes } = readWebSocketStats(memory)
    assert.equal(Object.keys(closes).length, 33)
    assert.equal(closes['other'], 8)
  })

  it('counts sockets, messages, bytes and closes', async () => {
    await withSockets(echo, async (port) => {
      const before = webSocketStats()
      const raw = await RawSocket.open(port)
      assert.equal(webSocketStats().sockets.open - before.sockets.open, 1)
      raw.send(text('hello'), close(3002))
      await raw.untilEnd()
      await until(() => webSocketStats().sockets.open === before.sockets.open)
      const after = webSocketStats()
      assert.equal(after.sockets.total - before.sockets.total, 1)
      assert.equal(after.messages.received - before.messages.received, 1)
      assert.equal(after.messages.sent - before.messages.sent, 1)
      assert.equal(after.bytes.received - before.bytes.received, 11 + 8)
      assert.equal(after.bytes.sent - before.bytes.sent, 7 + 4)
      assert.equal((after.closes['3002'] ?? 0) - (before.closes['3002'] ?? 0), 1)
    })
  })
})
