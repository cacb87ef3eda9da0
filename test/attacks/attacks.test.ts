import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { type Attackers, type SiegeReport, siege } from './siege.ts'

const MIB = 1_048_576
/**
 * The budget of the 99th percentile is 50 ms, which the diagnostics show on a quiet machine. A test
 * machine shares its cores among three processes of ours and whatever else it runs, so that only a
 * server that stalls fails here.
 */
const P50_MS = 250
const P99_MS = 1500

interface Bounds {
  /** By how much resident memory may grow at its highest. */
  readonly growthMiB: number
}

function judge(context: TestContext, report: SiegeReport, bounds: Bounds): void {
  const { before, during, health } = report
  const growth = (during.peakRssBytes - before.rssBytes) / MIB
  const live = (during.liveBytes - before.liveBytes) / MIB
  context.diagnostic(
    `beside it: ${health.answered} answered, p50 ${health.p50Ms.toFixed(1)} ms, ` +
      `p99 ${health.p99Ms.toFixed(1)} ms, max ${health.maxMs.toFixed(1)} ms; ` +
      `memory: +${growth.toFixed(1)} MiB at its highest, +${live.toFixed(1)} MiB live`,
  )
  assert.ok(health.answered > 10, `${health.answered} healthy requests were answered`)
  assert.equal(health.lost, 0)
  assert.ok(health.p50Ms < P50_MS, `p50 ${health.p50Ms} ms`)
  assert.ok(health.p99Ms < P99_MS, `p99 ${health.p99Ms} ms`)
  assert.ok(growth < bounds.growthMiB, `memory grew by ${growth} MiB`)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Resolves when everything written has left, or the connection is gone. */
async function write(socket: Socket, data: string | Buffer): Promise<void> {
  if (socket.destroyed) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      socket.off('close', done)
      resolve()
    }
    socket.once('close', done)
    socket.write(data, done)
  })
}

/** Writes for so long as the server takes it, but no longer than this. */
async function flood(sockets: readonly Socket[], data: Buffer, forMs: number): Promise<number> {
  const deadlineMs = performance.now() + forMs
  let bytes = 0
  const one = async (socket: Socket): Promise<void> => {
    while (performance.now() < deadlineMs && !socket.destroyed) {
      await Promise.race([write(socket, data), sleep(Math.max(0, deadlineMs - performance.now()))])
      bytes += data.length
    }
  }
  await Promise.all(sockets.map(one))
  return bytes
}

/** Reads until that many responses have begun. */
async function countAnswers(socket: Socket, goal: number): Promise<number> {
  let rest = ''
  let answered = 0
  socket.setEncoding('latin1')
  for await (const text of socket as AsyncIterable<string>) {
    const parts = (rest + text).split('HTTP/1.1 200 OK')
    rest = parts.pop()!
    answered += parts.length
    if (answered >= goal && rest.endsWith('\r\n\r\na')) return answered
  }
  return answered
}

describe('HttpServer under attack', () => {
  it('holds 2,000 connections that send their heads byte by byte, and cuts them off', async (context) => {
    const drip = async (attackers: Attackers): Promise<void> => {
      const sockets = await attackers.open(2000, { isReading: true })
      const head = `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(200)}`
      let at = 0
      while (attackers.cut < sockets.length && at < head.length) {
        for (const socket of sockets) if (!socket.destroyed) socket.write(head.charAt(at))
        at++
        await sleep(100)
      }
    }
    const report = await siege({ headerTimeoutMs: 2000 }, async (attackers) => {
      await drip(attackers)
      assert.equal(attackers.cut, 2000)
    })
    assert.equal(report.during.stats.timeouts.header, 2000)
    judge(context, report, { growthMiB: 96 })
  })

  it('holds back from 200 clients that ask for much and read nothing, and cuts them off', async (context) => {
    const report = await siege({ writeTimeoutMs: 1500 }, async (attackers) => {
      const sockets = await attackers.open(200, { isReading: false })
      const input = Buffer.from('GET /big HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(100))
      await Promise.all(sockets.map((socket) => write(socket, input)))
      await attackers.until(({ stats }) => stats.timeouts.write === 200)
    })
    judge(context, report, { growthMiB: 128 })
  })

  it('refuses header bombs', async (context) => {
    const bomb = Buffer.from(
      `GET / HTTP/1.1\r\nHost: a\r\n${`X-Bomb: ${'y'.repeat(150)}\r\n`.repeat(400)}\r\n`,
    )
    const bombs = 2000
    const report = await siege({}, async (attackers) => {
      for (let count = 0; count < bombs; count += 100) {
        const sockets = await attackers.open(100, { isReading: true })
        for (const socket of sockets) socket.write(bomb)
        await attackers.until(({ stats }) => stats.parseErrors === count + 100)
      }
    })
    assert.equal(report.during.stats.responses['4xx'], bombs)
    judge(context, report, { growthMiB: 96 })
  })

  it('answers 100,000 requests in one pipeline, on each of eight connections', async (context) => {
    const depth = 100_000
    const input = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(depth))
    const report = await siege({}, async (attackers) => {
      const sockets = await attackers.open(8, { isReading: false })
      await Promise.all(
        sockets.map(async (socket) => {
          socket.write(input)
          assert.equal(await countAnswers(socket, depth), depth)
        }),
      )
    })
    assert.ok(report.during.stats.requests.total > 8 * depth)
    judge(context, report, { growthMiB: 96 })
  })

  it('bounds floods of chunks of one byte', async (context) => {
    const report = await siege({ maxBodyBytes: 200_000 }, async (attackers) => {
      const sockets = await attackers.open(20, { isReading: true })
      const head = Buffer.from('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
      await Promise.all(sockets.map((socket) => write(socket, head)))
      const input = Buffer.from('1\r\nx\r\n'.repeat(2000))
      await flood(sockets, input, 3000)
      await attackers.until(({ stats }) => stats.responses['4xx'] === sockets.length)
    })
    judge(context, report, { growthMiB: 128 })
  })

  it('reads no more from clients that send requests without end and read nothing', async (context) => {
    const report = await siege({ writeTimeoutMs: 1500 }, async (attackers) => {
      const sockets = await attackers.open(100, { isReading: false })
      const input = Buffer.from('GET /some HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(1000))
      const sent = await flood(sockets, input, 4000)
      assert.ok(sent > 0)
      await attackers.until(({ stats }) => stats.timeouts.write === 100)
    })
    judge(context, report, { growthMiB: 160 })
  })
})
