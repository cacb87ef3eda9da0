import { deflateRawSync } from 'node:zlib'
import { abridged, binary, close, frame, more, ping, pong, text } from './frames.ts'

/** What a client sends to an echo server, and what must come back. */
export interface ProtocolCase {
  readonly name: string
  readonly send: readonly Buffer[]
  /** Frames as `describeFrame` says them; a `close:` is the last one. */
  readonly expect: readonly string[]
}

const bytes = (...values: number[]): Buffer => Buffer.from(values)
const hello = 'Hello-µ@ßöäüàá-UTF-8!!'
/** Valid text of every length of character, and every edge of the ranges. */
const WIDE = 'κόσμε é € 𐍈 \u{10ffff} \u{e000} \ud7ff \u{10000} \uffff \u0080 \u07ff \u0800'
const GOODBYE = [close(1000)]
const BYE = ['close:1000']
/** The limit of the server under test. */
export const MAX_MESSAGE_BYTES = 200_000

function valid(name: string, send: readonly Buffer[], expect: readonly string[]): ProtocolCase {
  return { name, send: [...send, ...GOODBYE], expect: [...expect, ...BYE] }
}

function invalid(name: string, send: readonly Buffer[], code: number, before: string[] = []) {
  return { name, send, expect: [...before, `close:${code}`] }
}

const FRAMING: readonly ProtocolCase[] = [
  ...[0, 1, 125, 126, 127, 128, 65_535, 65_536, 131_072].flatMap((length) => [
    valid(
      `text of ${length} bytes`,
      [text('*'.repeat(length))],
      [`text:${abridged('*'.repeat(length))}`],
    ),
    valid(
      `binary of ${length} bytes`,
      [binary(Buffer.alloc(length, 0xfe))],
      [`binary:${abridged('fe'.repeat(length))}`],
    ),
  ]),
  valid('text with a mask of zeros', [text('hello', { mask: 0 })], ['text:hello']),
  valid('text with a mask of ones', [text('hello', { mask: -1 })], ['text:hello']),
  valid('many messages in a row', Array(20).fill(text('x')), Array(20).fill('text:x')),
  invalid('text without a mask', [text('hello', { mask: null })], 1002),
  invalid('ping without a mask', [ping('', { mask: null })], 1002),
  invalid('close without a mask', [frame({ opcode: 8, mask: null })], 1002),
  invalid('a length of 16 bits below 126', [bytes(0x81, 0xfe, 0, 125)], 1002),
  invalid(
    'a length of 64 bits below 65,536',
    [bytes(0x82, 0xff, 0, 0, 0, 0, 0, 0, 255, 255)],
    1002,
  ),
  invalid(
    'a length of 64 bits with the first one set',
    [bytes(0x82, 0xff, 0x80, ...Array(7).fill(0))],
    1002,
  ),
  invalid(
    'a length beyond what numbers hold',
    [bytes(0x82, 0xff, 0x7f, ...Array(7).fill(0xff))],
    1009,
  ),
]

const PINGS: readonly ProtocolCase[] = [
  valid('a ping without payload', [ping()], ['pong:']),
  valid(
    'a ping with text',
    [ping('Hello, world!')],
    [`pong:${Buffer.from('Hello, world!').toString('hex')}`],
  ),
  valid('a ping with bytes', [ping(bytes(0, 0xff, 0xfe, 0xfd))], ['pong:00fffefd']),
  valid('a ping of 125 bytes', [ping(Buffer.alloc(125, 0xfe))], [`pong:${'fe'.repeat(125)}`]),
  invalid('a ping of 126 bytes', [ping(Buffer.alloc(126, 0xfe))], 1002),
  valid('a pong nobody asked for', [pong()], []),
  valid('a pong with payload nobody asked for', [pong('unsolicited')], []),
  valid('a pong and then a ping', [pong('a'), ping('b')], ['pong:62']),
  valid(
    'ten pings',
    Array.from({ length: 10 }, (_, at) => ping(bytes(at))),
    Array.from({ length: 10 }, (_, at) => `pong:0${at.toString(16)}`),
  ),
  invalid('a pong of 126 bytes', [pong(Buffer.alloc(126))], 1002),
]

const RESERVED: readonly ProtocolCase[] = [
  ...[1, 2, 3, 4, 5, 6, 7].flatMap((rsv) => [
    invalid(`text with reserved bits ${rsv}`, [text('x'), text('y', { rsv })], 1002, ['text:x']),
    invalid(`a ping with reserved bits ${rsv}`, [ping('y', { rsv })], 1002),
  ]),
  invalid('binary with a reserved bit', [binary(bytes(1), { rsv: 4 })], 1002),
  invalid('close with a reserved bit', [frame({ opcode: 8, rsv: 1 })], 1002),
  invalid(
    'a continuation with a reserved bit',
    [text('x', { fin: false }), frame({ opcode: 0, rsv: 2 })],
    1002,
  ),
]

const OPCODES: readonly ProtocolCase[] = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => [
  invalid(`opcode ${opcode}`, [frame({ opcode })], 1002),
  invalid(
    `opcode ${opcode} with payload, behind a message`,
    [text('x'), frame({ opcode, payload: 'y' })],
    1002,
    ['text:x'],
  ),
])

const FRAGMENTS: readonly ProtocolCase[] = [
  invalid('a ping in parts', [ping('a', { fin: false }), more('b', true)], 1002),
  invalid('a pong in parts', [pong('a', { fin: false }), more('b', true)], 1002),
  invalid('a close in parts', [frame({ opcode: 8, fin: false })], 1002),
  valid('text in two parts', [text('frag', { fin: false }), more('ment', true)], ['text:fragment']),
  valid(
    'binary in three parts',
    [binary(bytes(1), { fin: false }), more(bytes(2), false), more(bytes(3), true)],
    ['binary:010203'],
  ),
  valid(
    'text in empty parts',
    [text('', { fin: false }), more('', false), more('', true)],
    ['text:'],
  ),
  valid(
    'text in parts, the last one empty',
    [text('abc', { fin: false }), more('', true)],
    ['text:abc'],
  ),
  valid(
    'a ping between two parts',
    [text('frag', { fin: false }), ping('p'), more('ment', true)],
    ['pong:70', 'text:fragment'],
  ),
  valid(
    'pings between five parts',
    [
      text('1', { fin: false }),
      ping('a'),
      more('2', false),
      more('3', false),
      ping('b'),
      more('4', false),
      more('5', true),
    ],
    ['pong:61', 'pong:62', 'text:12345'],
  ),
  valid(
    'text behind text in parts',
    [text('a', { fin: false }), more('b', true), text('c')],
    ['text:ab', 'text:c'],
  ),
  invalid('a last part without a first one', [more('x', true)], 1002),
  invalid('a part without a first one', [more('x', false)], 1002),
  invalid('a part behind a whole message', [text('a'), more('x', true)], 1002, ['text:a']),
  invalid('text within text', [text('a', { fin: false }), text('b')], 1002),
  invalid('binary within text', [text('a', { fin: false }), binary(bytes(1))], 1002),
  invalid(
    'text in parts within binary',
    [binary(bytes(1), { fin: false }), text('b', { fin: false })],
    1002,
  ),
  valid('a close between two parts', [text('a', { fin: false })], []),
]

/** Bytes that are no UTF-8, by what is wrong with them. */
const BAD_UTF8: Readonly<Record<string, Buffer>> = {
  'a continuation byte alone': bytes(0x80),
  'the last continuation byte alone': bytes(0xbf),
  'two bytes, the second one missing': bytes(0xc3, 0x20),
  'an overlong slash of two bytes': bytes(0xc0, 0xaf),
  'an overlong slash of three bytes': bytes(0xe0, 0x80, 0xaf),
  'an overlong slash of four bytes': bytes(0xf0, 0x80, 0x80, 0xaf),
  'an overlong U+07FF': bytes(0xe0, 0x9f, 0xbf),
  'an overlong U+FFFF': bytes(0xf0, 0x8f, 0xbf, 0xbf),
  'a high surrogate': bytes(0xed, 0xa0, 0x80),
  'a low surrogate': bytes(0xed, 0xbf, 0xbf),
  'a pair of surrogates': bytes(0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80),
  'beyond U+10FFFF': bytes(0xf4, 0x90, 0x80, 0x80),
  'five bytes': bytes(0xf8, 0x88, 0x80, 0x80, 0x80),
  FE: bytes(0xfe),
  FF: bytes(0xff),
  'three bytes, cut off by text': bytes(0xe2, 0x82, 0x61),
}

/** The first half of a frame whose length says that more will come, which never does. */
function unfinished(payload: Buffer): Buffer {
  const whole = text(Buffer.concat([payload, Buffer.alloc(100, 0x61)]))
  return whole.subarray(0, whole.length - 100)
}

const UTF8: readonly ProtocolCase[] = [
  valid('text of many alphabets', [text(hello)], [`text:${hello}`]),
  valid('the edges of every length', [text(WIDE)], [`text:${WIDE}`]),
  valid(
    'the edges of every length, in parts',
    [text(WIDE.slice(0, 7), { fin: false }), more(WIDE.slice(7), true)],
    [`text:${WIDE}`],
  ),
  ...Array.from({ length: 3 }, (_, cut) => {
    const sign = Buffer.from('𐍈')
    return valid(
      `a character cut behind byte ${cut + 1}`,
      [text(sign.subarray(0, cut + 1), { fin: false }), more(sign.subarray(cut + 1), true)],
      ['text:𐍈'],
    )
  }),
  valid('text with a NUL', [text('a\0b')], ['text:a\0b']),
  valid('invalid text as binary', [binary(bytes(0xff))], ['binary:ff']),
  ...Object.entries(BAD_UTF8).flatMap(([name, wrong]) => [
    invalid(
      `text: ${name}`,
      [text(Buffer.concat([Buffer.from('ok '), wrong, Buffer.from(' ok')]))],
      1007,
    ),
    invalid(
      `text: ${name}, before the message is over`,
      [
        text('ok ', { fin: false }),
        frame({ opcode: 0, payload: wrong, fin: false }),
        more(' ', false),
      ],
      1007,
    ),
    invalid(
      `text: ${name}, before the frame is over`,
      [unfinished(Buffer.concat([Buffer.from('é '), wrong, bytes(0x20)]))],
      1007,
    ),
  ]),
  invalid('text that ends within a character', [text(bytes(0x61, 0xe2, 0x82))], 1007),
  invalid(
    'text in parts that ends within a character',
    [text(bytes(0xe2), { fin: false }), more(bytes(0x82), true)],
    1007,
  ),
  invalid(
    'the second byte of a character out of range, at once',
    [unfinished(bytes(0xf4, 0x90))],
    1007,
  ),
]

const CLOSES: readonly ProtocolCase[] = [
  { name: 'a close without a code', send: [close()], expect: ['close:'] },
  { name: 'a close with a reason', send: [close(1000, 'bye')], expect: ['close:1000'] },
  {
    name: 'a close with a reason of 123 bytes',
    send: [close(1000, 'x'.repeat(123))],
    expect: ['close:1000'],
  },
  invalid('a close with a reason of 124 bytes', [close(1000, 'x'.repeat(124))], 1002),
  invalid('a close of one byte', [frame({ opcode: 8, payload: bytes(3) })], 1002),
  invalid('a reason that is no UTF-8', [close(1000, bytes(0xce, 0xba, 0xe1))], 1007),
  { name: 'a message behind a close', send: [close(1000), text('late')], expect: ['close:1000'] },
  { name: 'a ping behind a close', send: [close(1000), ping()], expect: ['close:1000'] },
  { name: 'two closes', send: [close(1000), close(1001)], expect: ['close:1000'] },
  {
    name: 'a broken frame behind a close',
    send: [close(1000), frame({ opcode: 3 })],
    expect: ['close:1000'],
  },
  {
    name: 'a message and a close',
    send: [text('a'), close(1001)],
    expect: ['text:a', 'close:1001'],
  },
  ...[
    1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
  ].map((code) => ({ name: `the code ${code}`, send: [close(code)], expect: [`close:${code}`] })),
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535].map((code) =>
    invalid(`the code ${code}`, [close(code)], 1002),
  ),
]

const LIMITS: readonly ProtocolCase[] = [
  valid(
    'a message of the limit',
    [binary(Buffer.alloc(MAX_MESSAGE_BYTES))],
    [`binary:${abridged('00'.repeat(MAX_MESSAGE_BYTES))}`],
  ),
  invalid(
    'a frame beyond the limit, by its header alone',
    [binary(Buffer.alloc(MAX_MESSAGE_BYTES + 1)).subarray(0, 14)],
    1009,
  ),
  invalid(
    'parts beyond the limit, by the header of the last one',
    [binary(Buffer.alloc(MAX_MESSAGE_BYTES), { fin: false }), more(bytes(0), false)],
    1009,
  ),
]

function deflated(payload: string | Buffer): Buffer {
  const packed = deflateRawSync(payload, { finishFlush: 2 })
  return packed.subarray(0, packed.length - 4)
}

/** For a server with compression, of messages from 20 bytes on. */
export const DEFLATE_CASES: readonly ProtocolCase[] = [
  valid('deflated text', [text(deflated('hello'), { rsv: 4 })], ['text:hello']),
  valid('deflated binary', [binary(deflated(bytes(1, 2)), { rsv: 4 })], ['binary:0102']),
  valid('plain text', [text('hello')], ['text:hello']),
  valid(
    'RFC 7692, 7.2.3.1: one block',
    [text(Buffer.from('f248cdc9c90700', 'hex'), { rsv: 4 })],
    ['text:Hello'],
  ),
  valid(
    'RFC 7692, 7.2.3.1: in two parts',
    [
      text(Buffer.from('f248cd', 'hex'), { rsv: 4, fin: false }),
      more(Buffer.from('c9c90700', 'hex'), true),
    ],
    ['text:Hello'],
  ),
  valid(
    'RFC 7692, 7.2.3.3: a block without compression',
    [text(Buffer.from('000500faff48656c6c6f00', 'hex'), { rsv: 4 })],
    ['text:Hello'],
  ),
  valid(
    'RFC 7692, 7.2.3.4: a block with the final bit',
    [text(Buffer.from('f348cdc9c9070000', 'hex'), { rsv: 4 })],
    ['text:Hello'],
  ),
  valid(
    'RFC 7692, 7.2.3.5: two blocks',
    [text(Buffer.from('f248050000 00ffffcac9c90700'.replace(' ', ''), 'hex'), { rsv: 4 })],
    ['text:Hello'],
  ),
  valid('a deflated empty message', [text(bytes(0), { rsv: 4 })], ['text:']),
  valid(
    'deflated text with a ping between its parts',
    [
      text(deflated('hello').subarray(0, 3), { rsv: 4, fin: false }),
      ping('p'),
      more(deflated('hello').subarray(3), true),
    ],
    ['pong:70', 'text:hello'],
  ),
  invalid('a deflated ping', [ping(deflated('x'), { rsv: 4 })], 1002),
  invalid(
    'a continuation that says it is deflated',
    [text('a', { fin: false }), frame({ opcode: 0, rsv: 4 })],
    1002,
  ),
  invalid('what zlib cannot inflate', [text(bytes(0xff, 0xff, 0xff), { rsv: 4 })], 1007),
  invalid('deflated text that is no UTF-8', [text(deflated(bytes(0xff)), { rsv: 4 })], 1007),
  invalid('another reserved bit', [text(deflated('x'), { rsv: 6 })], 1002),
  invalid('a bomb', [binary(deflated(Buffer.alloc(10_000_000)), { rsv: 4 })], 1009),
  valid(
    'a message of the limit, deflated',
    [binary(deflated(Buffer.alloc(19)), { rsv: 4 })],
    [`binary:${'00'.repeat(19)}`],
  ),
]

/** Families as in the Autobahn test suite. */
export const FAMILIES: Readonly<Record<string, readonly ProtocolCase[]>> = {
  framing: FRAMING,
  'pings and pongs': PINGS,
  'reserved bits': RESERVED,
  opcodes: OPCODES,
  fragmentation: FRAGMENTS,
  'UTF-8': UTF8,
  closing: CLOSES,
  limits: LIMITS,
}
