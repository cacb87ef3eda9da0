import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PgError, PgProtocolError } from '../../src/pg/errors.ts'
import { Pipeline, type PipelineHost } from '../../src/pg/pipeline.ts'
import { MessageFramer } from '../../src/pg/protocol/framing.ts'
import { MANY, ONE, Query, type ResultShape, SIMPLE } from '../../src/pg/query.ts'
import {
  answered,
  commandComplete,
  described,
  errorResponse,
  int32,
  message,
  readyForQuery,
  rowDescription,
} from '../support/backend-messages.ts'

interface Rig {
  readonly pipeline: Pipeline
  readonly framer: MessageFramer
  readonly events: string[]
  query(sql: string, parameters?: readonly unknown[], shape?: ResultShape): Query
  /** The types of the messages written since the last call. */
  written(): string
}

function createRig(): Rig {
  const events: string[] = []
  const host: PipelineHost = {
    onOutput: () => {},
    onNotification: () => {},
    onFullOutput: () => {},
    onAbandonedHead: () => void events.push('abandoned head'),
    onFatal: (error) => void events.push(`fatal ${error.sqlState}`),
    resend: (query) => {
      events.push(`resend ${query.sql}`)
      pipeline.submit(query)
    },
  }
  const pipeline = new Pipeline(host, 'bigint', 10)
  const counters = { total: 0, failed: 0, cancelled: 0, pending: 0 }
  return {
    pipeline,
    framer: new MessageFramer(pipeline),
    events,
    query(sql, parameters = [], shape = MANY) {
      const query = new Query(sql, parameters, shape, counters)
      query.future.ignore()
      pipeline.submit(query)
      return query
    },
    written() {
      const bytes = pipeline.output.take()
      let types = ''
      for (let at = 0; at < bytes.length; at += 1 + bytes.readInt32BE(at + 1))
        types += String.fromCharCode(bytes[at] ?? 0)
      pipeline.output.recycle()
      pipeline.unflushed = 0
      return types
    },
  }
}

const INT4 = 23

/** How a query has ended. */
function outcome(query: Query): unknown {
  const { future } = query
  if (future.isPending) return 'pending'
  if (future.isReady) return future.get()
  try {
    return future.get()
  } catch (error) {
    return `${(error as PgError).name} ${(error as PgError).sqlState ?? ''}`.trim()
  }
}

/** A conversation with every kind of answer. */
function converse(feed: (framer: MessageFramer, bytes: Buffer) => void): unknown {
  const rig = createRig()
  const queries = [
    rig.query('select $1', [1]),
    rig.query('select $1', [2], ONE),
    rig.query('broken'),
    rig.query('select $1', [3]),
    rig.query('do; do', undefined, SIMPLE),
  ]
  const types = [rig.written()]
  feed(
    rig.framer,
    Buffer.concat([
      message('N', 'SNOTICE\0VNOTICE\0C00000\0Mhello\0\0'),
      described([INT4], [['v', INT4]]),
      message('S', 'TimeZone\0UTC\0'),
      errorResponse('42601', 'syntax'),
      readyForQuery(),
    ]),
  )
  types.push(rig.written())
  feed(
    rig.framer,
    Buffer.concat([
      answered([[int32(1)], [int32(11)]]),
      message('A', int32(1), 'channel\0payload\0'),
      answered([[int32(2)]]),
      message('2'),
      errorResponse('22012', 'division'),
      readyForQuery(),
      rowDescription([['x', INT4]]),
      message('D', Buffer.of(0, 1), int32(4), int32(5)),
      commandComplete('SELECT 1'),
      message('I'),
      commandComplete('DELETE 7'),
      readyForQuery(),
    ]),
  )
  return { types, outcomes: queries.map(outcome), load: rig.pipeline.load, events: rig.events }
}

describe('Pipeline', () => {
  const expected = {
    // Two statements are learned at once; then everything that waited goes in one batch.
    types: ['PDSPDS', 'BESBESBESQ'],
    outcomes: [[{ v: 1 }, { v: 11 }], { v: 2 }, 'PgError 42601', 'PgError 22012', 7],
    load: 0,
    events: [],
  }

  it('answers a whole conversation', () => {
    assert.deepEqual(
      converse((framer, bytes) => framer.push(bytes)),
      expected,
    )
  })

  it('answers the same wherever it is cut', () => {
    for (let cut = 1; cut < 300; cut++) {
      const actual = converse((framer, bytes) => {
        framer.push(bytes.subarray(0, cut))
        framer.push(bytes.subarray(cut))
      })
      assert.deepEqual(actual, expected, `cut at ${cut}`)
    }
  })

  it('answers the same byte by byte', () => {
    const actual = converse((framer, bytes) => {
      for (let at = 0; at < bytes.length; at++) framer.push(bytes.subarray(at, at + 1))
    })
    assert.deepEqual(actual, expected)
  })

  it('learns a statement once, and needs no further round trip', () => {
    const rig = createRig()
    rig.query('select $1', [1])
    assert.equal(rig.written(), 'PDS')
    rig.framer.push(described([INT4], [['v', INT4]]))
    assert.equal(rig.written(), 'BES')
    rig.framer.push(answered([[int32(1)]]))
    const again = [rig.query('select $1', [2]), rig.query('select $1', [3])]
    assert.equal(rig.written(), 'BESBES')
    rig.framer.push(Buffer.concat([answered([[int32(2)]]), answered([[int32(3)]])]))
    assert.deepEqual(again.map(outcome), [[{ v: 2 }], [{ v: 3 }]])
  })

  it('parses nothing ahead of what it may depend on when the order matters', () => {
    const rig = createRig()
    rig.pipeline.isOrdered = true
    rig.query('create table t ()')
    rig.query('select from t')
    assert.equal(rig.written(), 'PDS')
    rig.framer.push(described([], []))
    assert.equal(rig.written(), 'BESPDS')
  })

  it('learns anew and repeats a statement whose plan no longer fits', () => {
    const rig = createRig()
    const query = rig.query('select v')
    rig.framer.push(described([], [['v', INT4]]))
    rig.written()
    const stale = message('E', 'SERROR\0VERROR\0C0A000\0Mcached plan\0RRevalidateCachedQuery\0\0')
    rig.framer.push(Buffer.concat([message('2'), stale, readyForQuery()]))
    assert.deepEqual(rig.events, ['resend select v'])
    assert.equal(rig.written(), 'CPDS')
    rig.framer.push(Buffer.concat([message('3'), described([], [['v', INT4]])]))
    assert.equal(rig.written(), 'BES')
    rig.framer.push(answered([[int32(9)]]))
    assert.deepEqual(outcome(query), [{ v: 9 }])
  })

  it('repeats a query that a cancel request meant for another has hit, and no other', () => {
    for (const isExposed of [true, false]) {
      const rig = createRig()
      const query = rig.query('select v')
      rig.framer.push(described([], [['v', INT4]]))
      query.isExposedToCancel = isExposed
      rig.framer.push(
        Buffer.concat([message('2'), errorResponse('57014', 'canceled'), readyForQuery()]),
      )
      assert.deepEqual(rig.events, isExposed ? ['resend select v'] : [])
      assert.equal(outcome(query), isExposed ? 'pending' : 'PgError 57014')
    }
  })

  it('tells its host when a query that was given up comes to the head', () => {
    const rig = createRig()
    const first = rig.query('select v')
    const second = rig.query('select v')
    rig.framer.push(described([], [['v', INT4]]))
    second.reject(new Error('given up'))
    rig.pipeline.abandon(second)
    assert.deepEqual(rig.events, [])
    rig.framer.push(answered([[int32(1)]]))
    assert.deepEqual(rig.events, ['abandoned head'])
    rig.framer.push(answered([[int32(2)]]))
    assert.deepEqual([outcome(first), outcome(second), rig.pipeline.load], [[{ v: 1 }], 'Error', 0])
  })

  it('sends nothing while it is paused, and everything afterwards', () => {
    const rig = createRig()
    rig.query('select v')
    rig.framer.push(described([], [['v', INT4]]))
    rig.written()
    rig.pipeline.isPaused = true
    rig.query('select v')
    rig.query('select other')
    rig.query('do', undefined, SIMPLE)
    assert.equal(rig.written(), '')
    rig.pipeline.resume()
    assert.equal(rig.written(), 'BESPDS')
  })

  it('reports the end of the connection with its reason', () => {
    const rig = createRig()
    rig.framer.push(errorResponse('57P01', 'shutdown', 'FATAL'))
    assert.deepEqual(rig.events, ['fatal 57P01'])
  })

  for (const [what, bytes] of [
    ['an unknown message', message('?')],
    ['ReadyForQuery when nothing was asked', readyForQuery()],
    ['a row when nothing was asked', message('D', Buffer.of(0, 0))],
    ['a completion when nothing was asked', commandComplete('SELECT 1')],
    ['a description when nothing was asked', rowDescription([])],
    ['an error when nothing was asked', errorResponse('XX000', 'why')],
    ['ReadyForQuery without a status', message('Z')],
    ['an error that is cut off', message('E', 'SERROR\0Mno end')],
  ] as const) {
    it(`refuses ${what}`, () =>
      assert.throws(() => createRig().framer.push(bytes), PgProtocolError))
  }

  for (const [what, bytes] of [
    ['a row before its description', message('D', Buffer.of(0, 0))],
    ['a description that is cut off', message('T', Buffer.of(0, 9))],
    ['more parameters than the description holds', message('t', Buffer.of(0, 2), int32(23))],
  ] as const) {
    it(`refuses ${what}`, () => {
      const rig = createRig()
      rig.query('select v')
      assert.throws(() => rig.framer.push(bytes), PgProtocolError)
    })
  }
})
