import assert from 'node:assert/strict'
import { once } from 'node:events'
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { seededRandom } from '../../src/core/debug.ts'
import { HttpServer } from '../../src/http/index.ts'
import { HEAD_CASES } from './h1/head-cases.ts'
import { RawClient } from './support/raw-client.ts'
import { statuses, text } from './support/serve.ts'

/**
 * Where node:http takes a request that we refuse: each is one that another server may read in
 * another way, or that names a host or target nobody has.
 */
const TAKEN_BY_NODE_ONLY: ReadonlySet<string> = new Set([
  'request line: two empty lines in front',
  'request line: a bare LF in front',
  'request line: a bare CR in front',
  'request line: two spaces behind the method',
  'request line: two spaces in front of the version',
  'request line: HTTP/2.0',
  'request line: HTTP/0.9 spelled out',
  'request line: a fragment',
  'request line: a backslash in the path',
  'request line: a quote in the path',
  'request line: an angle bracket in the query',
  'request line: a target with a scheme of its own',
  'request line: * for GET',
  'request line: more behind the *',
  'request line: an absolute target of another host',
  'request line: an absolute target with a port Host lacks',
  'request line: an absolute target with a user',
  'request line: an absolute target without a host',
  'Host: two Hosts',
  'Host: two Hosts of different case',
  'Host: a space within',
  'Host: a comma',
  'Host: a slash',
  'Host: a user',
  'Host: a question mark',
  'Host: a port that is no number',
  'Host: two ports',
  'Host: a negative port',
  'Host: an unclosed bracket',
  'Host: text behind a bracket',
  'Host: a byte above 127',
  'framing: a connection option that is no token',
])

/** Where we take a request that node:http refuses: it knows a fixed list of methods. */
const TAKEN_BY_US_ONLY: ReadonlySet<string> = new Set([
  'request line: a method in lower case, which is another method',
  'request line: a method with every token byte',
])

const LAST = 'GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'

/** The requests each of the two servers sees. */
interface Pair {
  /** Sends `input` and one more request to both. */
  seenIn(input: string): Promise<{ readonly ours: string; readonly theirs: string }>
}

async function withBoth(use: (pair: Pair) => Promise<void>): Promise<void> {
  const ours: string[] = []
  const theirs: string[] = []
  const server = new HttpServer((request) => {
    ours.push(`${request.method} ${request.target}`)
    return text(200, '')
  })
  await server.listen({ port: 0, host: '127.0.0.1' })
  const peer = http.createServer((request, response) => {
    theirs.push(`${request.method} ${request.url}`)
    request.resume()
    response.end()
  })
  peer.on('connect', (_request, socket) => socket.destroy())
  peer.listen({ port: 0, host: '127.0.0.1' })
  await once(peer, 'listening')
  const peerPort = (peer.address() as AddressInfo).port
  const seen = async (port: number, list: string[], input: string): Promise<string> => {
    list.length = 0
    const client = await RawClient.connect(port)
    client.send(input + LAST)
    client.end()
    return statuses(await client.untilEnd()).includes(200) ? list.join() : ''
  }
  try {
    await use({
      seenIn: async (input) => ({
        ours: await seen(server.port, ours, input),
        theirs: await seen(peerPort, theirs, input),
      }),
    })
  } finally {
    await server.close({ timeoutMs: 0 })
    peer.close()
  }
}

describe('HttpServer against node:http', () => {
  it('sees the same requests in every case, but for the differences listed here', () =>
    withBoth(async (pair) => {
      const differences: string[] = []
      for (const { name, input } of HEAD_CASES) {
        if (input.startsWith('POST')) continue
        const { ours, theirs } = await pair.seenIn(input)
        if (ours === theirs) continue
        const known = ours === '' ? TAKEN_BY_NODE_ONLY : TAKEN_BY_US_ONLY
        const isOneSided = ours === '' || theirs === ''
        if (!isOneSided || !known.has(name)) differences.push(`${name}: ${ours} / ${theirs}`)
      }
      assert.deepEqual(differences, [])
    }))

  it('sees nothing in damaged requests that node:http would not see, too', () =>
    withBoth(async (pair) => {
      const random = seededRandom(5)
      const pick = (below: number): number => Math.floor(random() * below)
      const base = 'GET /a?b HTTP/1.1\r\nHost: a\r\nX-A: b\r\nContent-Length: 0\r\n\r\n'
      const bytes = '\0\t\n\r  :;,/*"0a\x7f\x80\r\n'
      let accepted = 0
      for (let round = 0; round < 600; round++) {
        const at = pick(base.length)
        const damage = random() < 0.5 ? '' : bytes.charAt(pick(bytes.length))
        const input = base.slice(0, at) + damage + base.slice(at + (random() < 0.5 ? 1 : 0))
        const { ours, theirs } = await pair.seenIn(input)
        if (ours === '') continue
        accepted++
        const isOwnMethod = !http.METHODS.includes(input.slice(0, input.indexOf(' ')))
        if (!isOwnMethod) assert.equal(ours, theirs, JSON.stringify(input))
      }
      assert.ok(accepted > 50 && accepted < 550, `${accepted} were accepted`)
    }))
})
