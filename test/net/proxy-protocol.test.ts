import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { type ProxyHeader, ProxyProtocolError, parseProxyHeader } from '../../src/net/index.ts'
import { crc32c } from '../../src/net/proxy-protocol/crc32c.ts'

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')

interface Version2 {
  readonly command?: number
  readonly family?: number
  readonly body?: Buffer
  readonly length?: number
}

function version2({ command = 0x21, family = 0x11, body = IPV4, length }: Version2 = {}): Buffer {
  const fixed = Buffer.from([command, family, 0, 0])
  fixed.writeUInt16BE(length ?? body.length, 2)
  return Buffer.concat([SIGNATURE, fixed, body])
}

const IPV4 = Buffer.from([192, 0, 2, 1, 198, 51, 100, 2, 0xdd, 0xd5, 1, 187])
const IPV6 = Buffer.concat([
  Buffer.from('20010db8000000000000000000000001', 'hex'),
  Buffer.from('20010db8000000000000000000000002', 'hex'),
  Buffer.from([0, 80, 1, 187]),
])

function extension(type: number, value: Buffer): Buffer {
  const head = Buffer.from([type, 0, 0])
  head.writeUInt16BE(value.length, 1)
  return Buffer.concat([head, value])
}

function withChecksum(body: Buffer): Buffer {
  const header = version2({ body: Buffer.concat([body, extension(3, Buffer.alloc(4))]) })
  header.writeUInt32BE(crc32c(header), header.length - 4)
  return header
}

/** Unix addresses: paths padded with zeros. */
function paths(source: string, destination: string): Buffer {
  const both = Buffer.alloc(216)
  both.write(source, 0)
  both.write(destination, 108)
  return both
}

const SSL = extension(
  0x20,
  Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), extension(0x21, Buffer.from('TLSv1.3'))]),
)
const address = (text: string, port: number): ProxyHeader['source'] => ({ address: text, port })
const LOCAL = {
  source: undefined,
  destination: undefined,
  isEncrypted: false,
  authority: undefined,
}

const VALID: readonly (readonly [string, Buffer | string, Partial<ProxyHeader>])[] = [
  [
    'version 1, IPv4',
    'PROXY TCP4 192.0.2.1 198.51.100.2 56789 443\r\n',
    { source: address('192.0.2.1', 56_789), destination: address('198.51.100.2', 443) },
  ],
  [
    'version 1, IPv6',
    'PROXY TCP6 2001:db8::1 ::ffff:1.2.3.4 0 65535\r\n',
    { source: address('2001:db8::1', 0), destination: address('::ffff:1.2.3.4', 65_535) },
  ],
  ['version 1, unknown', 'PROXY UNKNOWN\r\n', LOCAL],
  ['version 1, unknown with addresses', 'PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n', LOCAL],
  [
    'version 2, IPv4',
    version2(),
    { source: address('192.0.2.1', 56_789), destination: address('198.51.100.2', 443) },
  ],
  [
    'version 2, IPv6',
    version2({ family: 0x21, body: IPV6 }),
    { source: address('2001:db8::1', 80), destination: address('2001:db8::2', 443) },
  ],
  [
    'version 2, Unix',
    version2({ family: 0x31, body: paths('/run/a', '/run/b') }),
    { source: address('/run/a', 0), destination: address('/run/b', 0) },
  ],
  ['version 2, local', version2({ command: 0x20, family: 0, body: Buffer.alloc(0) }), LOCAL],
  [
    'version 2, local with garbage',
    version2({ command: 0x20, body: Buffer.alloc(30, 'x') }),
    LOCAL,
  ],
  ['version 2, unspecified', version2({ family: 0, body: Buffer.alloc(0) }), LOCAL],
  ['version 2, SSL', version2({ body: Buffer.concat([IPV4, SSL]) }), { isEncrypted: true }],
  [
    'version 2, authority',
    version2({ body: Buffer.concat([IPV4, extension(2, Buffer.from('a.example'))]) }),
    { authority: 'a.example' },
  ],
  [
    'version 2, unknown extension',
    version2({ body: Buffer.concat([IPV4, extension(0xea, Buffer.alloc(40))]) }),
    { source: address('192.0.2.1', 56_789) },
  ],
  ['version 2, checksum', withChecksum(IPV4), { source: address('192.0.2.1', 56_789) }],
]

const INVALID: readonly (readonly [string, Buffer | string])[] = [
  ['a request', 'GET / HTTP/1.1\r\n\r\n'],
  ['another case', 'proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n'],
  ['two spaces', 'PROXY  TCP4 192.0.2.1 192.0.2.2 1 2\r\n'],
  ['a bare LF', 'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n'],
  ['a space at the end', 'PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n'],
  ['a leading zero in an address', 'PROXY TCP4 192.0.02.1 192.0.2.2 1 2\r\n'],
  ['a leading zero in a port', 'PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n'],
  ['a port too big', 'PROXY TCP4 192.0.2.1 192.0.2.2 65536 2\r\n'],
  ['a sign', 'PROXY TCP4 192.0.2.1 192.0.2.2 +1 2\r\n'],
  ['IPv6 as TCP4', 'PROXY TCP4 ::1 ::1 1 2\r\n'],
  ['IPv4 as TCP6', 'PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n'],
  ['a zone', 'PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n'],
  ['no port', 'PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n'],
  ['UDP', 'PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n'],
  ['UNKNOWN with something attached', 'PROXY UNKNOWNX\r\n'],
  ['a line too long', `PROXY UNKNOWN ${'x'.repeat(100)}\r\n`],
  ['a line that does not end', `PROXY UNKNOWN ${'x'.repeat(100)}`],
  ['version 1 in binary', version2({ command: 0x11 })],
  ['an unknown command', version2({ command: 0x22 })],
  ['an unknown family', version2({ family: 0x41 })],
  ['an unknown protocol', version2({ family: 0x13 })],
  ['addresses cut off', version2({ body: IPV4.subarray(0, 11) })],
  ['IPv6 in the length of IPv4', version2({ family: 0x21 })],
  ['an extension cut off', version2({ body: Buffer.concat([IPV4, Buffer.from([2, 0, 9, 1])]) })],
  [
    'the head of an extension cut off',
    version2({ body: Buffer.concat([IPV4, Buffer.from([2, 0])]) }),
  ],
  [
    'an SSL extension cut off',
    version2({ body: Buffer.concat([IPV4, extension(0x20, Buffer.alloc(4))]) }),
  ],
  ['a wrong checksum', version2({ body: Buffer.concat([IPV4, extension(3, Buffer.alloc(4))]) })],
  [
    'a checksum of another length',
    version2({ body: Buffer.concat([IPV4, extension(3, Buffer.alloc(2))]) }),
  ],
  ['more than 4096 bytes', version2({ body: Buffer.alloc(0), length: 4097 })],
]

describe('parseProxyHeader', () => {
  for (const [what, input, expected] of VALID) {
    const bytes = Buffer.from(input as string, 'latin1')
    it(`reads ${what}, and leaves what follows`, () => {
      const parsed = parseProxyHeader(Buffer.concat([bytes, Buffer.from('GET /')]))
      assert.equal(parsed?.end, bytes.length)
      const found = parsed?.header as unknown as Record<string, unknown>
      for (const [name, value] of Object.entries(expected)) assert.deepEqual(found[name], value)
    })

    it(`asks for more at each byte of ${what}`, () => {
      for (let cut = 0; cut < bytes.length; cut++) {
        assert.equal(parseProxyHeader(bytes.subarray(0, cut)), undefined)
      }
    })
  }

  for (const [what, input] of INVALID) {
    it(`refuses ${what}, in whatever pieces it comes`, () => {
      const bytes = Buffer.from(input as string, 'latin1')
      assert.throws(() => parseProxyHeader(bytes), ProxyProtocolError)
      for (let cut = 0; cut < bytes.length; cut++) {
        try {
          assert.equal(parseProxyHeader(bytes.subarray(0, cut)), undefined)
        } catch (error) {
          assert.ok(error instanceof ProxyProtocolError)
        }
      }
    })
  }

  it('ends in a header, a refusal or a wish for more on any input, the same for all splits', () => {
    const outcome = (bytes: Buffer): string => {
      try {
        return JSON.stringify(parseProxyHeader(bytes) ?? 'more')
      } catch (error) {
        assert.ok(error instanceof ProxyProtocolError)
        return 'refused'
      }
    }
    const seeds = VALID.map(([, input]) => Buffer.from(input as string, 'latin1'))
    const mutated = fc
      .tuple(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 4 }),
        fc.uint8Array({ maxLength: 30 }),
      )
      .map(([seed, changes, tail]) => {
        const bytes = Buffer.concat([seed, tail])
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        return bytes
      })
    fc.assert(
      fc.property(mutated, fc.nat(200), (bytes, cut) => {
        const whole = outcome(bytes)
        const part = outcome(bytes.subarray(0, cut))
        // What was decided of a part stays so.
        if (part !== '"more"') assert.equal(part, whole)
        if (bytes.length > 4112) assert.notEqual(whole, '"more"')
      }),
      { numRuns: 20_000, seed: 20_261_123 },
    )
  })
})

describe('crc32c', () => {
  it('gives the checks of RFC 3720, B.4', () => {
    assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa)
    assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43)
    assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_, at) => at)), 0x46dd794e)
  })
})
