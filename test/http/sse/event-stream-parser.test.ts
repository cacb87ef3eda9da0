import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import {
  EventStreamParser,
  parseEventStream,
  type ReceivedEvent,
  type ServerSentEvent,
} from '../../../src/http/index.ts'
import { encodeEvent } from '../../../src/http/sse/event.ts'

type Expected = readonly [event: string, data: string, id: string]

/** Streams, and the events in them. */
const STREAMS: readonly (readonly [string, string, readonly Expected[]])[] = [
  ['nothing', '', []],
  ['one line', 'data: a\n\n', [['message', 'a', '']]],
  ['no blank behind the colon', 'data:a\n\n', [['message', 'a', '']]],
  ['only one blank taken off', 'data:  a\n\n', [['message', ' a', '']]],
  ['several lines', 'data: a\ndata\ndata: b\n\n', [['message', 'a\n\nb', '']]],
  [
    'CRLF',
    'data: a\r\n\r\ndata: b\r\n\r\n',
    [
      ['message', 'a', ''],
      ['message', 'b', ''],
    ],
  ],
  [
    'CR',
    'data: a\r\rdata: b\r\r',
    [
      ['message', 'a', ''],
      ['message', 'b', ''],
    ],
  ],
  ['line ends of all kinds', 'data: a\rdata: b\ndata: c\r\n\n', [['message', 'a\nb\nc', '']]],
  [
    'LF CR',
    'data: a\n\rdata: b\n\n',
    [
      ['message', 'a', ''],
      ['message', 'b', ''],
    ],
  ],
  ['a byte order mark', '\ufeffdata: a\n\n', [['message', 'a', '']]],
  ['a second one, which makes another field', '\ufeff\ufeffdata: a\n\n', []],
  [
    'names',
    'event: tick\ndata: a\n\ndata: b\n\n',
    [
      ['tick', 'a', ''],
      ['message', 'b', ''],
    ],
  ],
  ['the last name counts', 'event: a\nevent: b\ndata: c\n\n', [['b', 'c', '']]],
  ['an empty name', 'event\ndata: c\n\n', [['message', 'c', '']]],
  ['a name without data', 'event: a\n\ndata: b\n\n', [['message', 'b', '']]],
  [
    'empty data',
    'data\n\ndata:\n\n',
    [
      ['message', '', ''],
      ['message', '', ''],
    ],
  ],
  [
    'ids that stay',
    'id: 7\ndata: a\n\ndata: b\n\n',
    [
      ['message', 'a', '7'],
      ['message', 'b', '7'],
    ],
  ],
  [
    'an id that is taken back',
    'id: 7\ndata: a\n\nid\ndata: b\n\n',
    [
      ['message', 'a', '7'],
      ['message', 'b', ''],
    ],
  ],
  ['an id without data', 'id: 7\n\ndata: b\n\n', [['message', 'b', '7']]],
  ['an id with NUL', 'id: 7\0\ndata: b\n\n', [['message', 'b', '']]],
  ['comments', ': hello\n\n:\ndata: b\n:\n\n', [['message', 'b', '']]],
  ['unknown fields', 'x: y\nData: a\ndata : c\nfoo\ndata: b\n\n', [['message', 'b', '']]],
  ['a colon in the value', 'data: a: b\n\n', [['message', 'a: b', '']]],
  ['an event cut off at the end', 'data: a\n\ndata: b\n', [['message', 'a', '']]],
  ['UTF-8', 'data: ä€😀\n\n', [['message', 'ä€😀', '']]],
  [
    'the example of the standard',
    'data: YHOO\ndata: +2\ndata: 10\n\n',
    [['message', 'YHOO\n+2\n10', '']],
  ],
]

function receive(bytes: Buffer, cuts: readonly number[]): ReceivedEvent[] {
  const parser = new EventStreamParser()
  const ends = [...cuts, bytes.length].toSorted((a, b) => a - b)
  let from = 0
  return ends.flatMap((end) => {
    const events = parser.push(bytes.subarray(from, end))
    from = end
    return events
  })
}

describe('EventStreamParser', () => {
  for (const [name, text, events] of STREAMS) {
    it(`reads ${name}, in all splits`, () => {
      const bytes = Buffer.from(text)
      const expected = events.map(([event, data, id]) => ({ event, data, id }))
      const all = Array.from(bytes, (_, at) => at)
      for (const cuts of [[], all, ...all.map((at) => [at])]) {
        assert.deepEqual(receive(bytes, cuts), expected, `cut at ${cuts.join()}`)
      }
    })
  }

  it('keeps what the sender said about reconnecting', () => {
    const parser = new EventStreamParser()
    parser.push(Buffer.from('retry: 50\nretry: x\nretry: -1\nretry:\nid: 7\n\n'))
    assert.equal(parser.retryMs, 50)
    assert.equal(parser.lastEventId, '7')
  })

  it('replaces bytes that are no UTF-8', () => {
    const [event] = receive(Buffer.from('data: \xe4\n\n', 'latin1'), [])
    assert.equal(event?.data, '\ufffd')
  })

  it('refuses an event that is too long, in one line or many', () => {
    const whole = new EventStreamParser(10)
    assert.throws(() => whole.push(Buffer.from(`data: ${'x'.repeat(11)}`)), { code: 'CORE_LIMIT' })
    const lines = new EventStreamParser(10)
    assert.throws(() => lines.push(Buffer.from('data: xxx\n'.repeat(5))), { code: 'CORE_LIMIT' })
  })

  it('reads what encodeEvent writes, in any split', () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n\0]/g, ''))
    const event = fc.record(
      {
        data: fc.string({ unit: fc.constantFrom('a', ' ', ':', '\n', '\r', 'é') }),
        event: line,
        id: line,
        retry: fc.nat(),
        comment: fc.string(),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.array(event), fc.array(fc.nat()), (events, cuts) => {
        const bytes = Buffer.from(events.map((each) => encodeEvent(each)).join(''))
        let id = ''
        const expected = events.flatMap((sent): ReceivedEvent[] => {
          id = sent.id?.toWellFormed() ?? id
          if (sent.data === undefined) return []
          const data = sent.data.replaceAll(/\r\n|\r/g, '\n')
          return [{ event: (sent.event ?? '').toWellFormed() || 'message', data, id }]
        })
        const places = cuts.map((cut) => cut % (bytes.length + 1))
        assert.deepEqual(receive(bytes, places), expected)
      }),
      { seed: 5, numRuns: 300 },
    )
  })
})

describe('parseEventStream', () => {
  it('gives the events of the pieces of a stream', async () => {
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('data: a\n')
      yield Buffer.from('\ndata: b\n\n')
    }
    const data: string[] = []
    for await (const event of parseEventStream(pieces())) data.push(event.data)
    assert.deepEqual(data, ['a', 'b'])
  })
})

describe('encodeEvent', () => {
  const SENT: readonly (readonly [ServerSentEvent, string])[] = [
    [{}, '\n'],
    [{ data: 'a' }, 'data: a\n\n'],
    [{ data: '' }, 'data: \n\n'],
    [{ data: ' a' }, 'data:  a\n\n'],
    [{ data: 'a\nb\r\nc\rd' }, 'data: a\ndata: b\ndata: c\ndata: d\n\n'],
    [{ data: { a: 'x\ny' } }, 'data: {"a":"x\\ny"}\n\n'],
    [{ data: null }, 'data: null\n\n'],
    [{ comment: 'hi\nho' }, ': hi\n: ho\n\n'],
    [
      { data: 1, id: 7, event: 'tick', retry: 100, comment: 'c' },
      ': c\nevent: tick\nid: 7\nretry: 100\ndata: 1\n\n',
    ],
  ]
  for (const [event, text] of SENT) {
    it(`writes ${JSON.stringify(event)}`, () => assert.equal(encodeEvent(event), text))
  }

  const REFUSED: readonly (readonly [unknown, RegExp])[] = [
    [undefined, /event must be an object/],
    ['text', /event must be an object/],
    [{ event: 'a\nb' }, /event\.event must be text without line ends/],
    [{ event: 'a\rb' }, /event\.event/],
    [{ event: 'a\0b' }, /event\.event/],
    [{ event: 5 }, /event\.event/],
    [{ id: 'a\n\ndata: forged' }, /event\.id/],
    [{ id: 'a\0' }, /event\.id/],
    [{ retry: -1 }, /event\.retry/],
    [{ retry: 1.5 }, /event\.retry/],
    [{ comment: 5 }, /event\.comment/],
    [{ data: () => 1 }, /event\.data/],
    [{ dta: 1 }, /event\.dta must be absent/],
  ]
  for (const [event, message] of REFUSED) {
    it(`refuses ${JSON.stringify(event)}: ${message}`, () => {
      assert.throws(() => encodeEvent(event as ServerSentEvent), { code: 'CORE_OPTION', message })
    })
  }
})
