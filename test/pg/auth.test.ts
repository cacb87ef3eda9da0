import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { md5Password } from '../../src/pg/auth/md5.ts'
import { ScramSha256 } from '../../src/pg/auth/scram-sha-256.ts'
import { PgProtocolError } from '../../src/pg/errors.ts'

describe('md5Password', () => {
  it('hashes password and user, then that and the salt', () => {
    // md5(hex(md5('pencil' + 'user')) + 01020304), computed with coreutils md5sum.
    assert.equal(
      md5Password('user', 'pencil', Uint8Array.of(1, 2, 3, 4)),
      'md54376eb6913b38f9aaff38dc7cf19ca76',
    )
  })
})

describe('ScramSha256', () => {
  // RFC 7677, section 3, with the user name left out as PostgreSQL clients do.
  const nonce = 'rOprNGfwEbeRWgbNEkqO'
  const serverFirst =
    'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'

  it('begins without channel binding and without a user name', () => {
    assert.equal(new ScramSha256('pencil', nonce).firstMessage, `n,,n=,r=${nonce}`)
  })

  it('accepts the signature of a server that knows the password, and no other', () => {
    const client = new ScramSha256('pencil', nonce)
    const final = client.finalMessage(serverFirst)
    assert.match(final, /^c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj\)hNlF\$k0,p=.{44}$/)
    assert.throws(() => client.verify(`v=${Buffer.alloc(32).toString('base64')}`), PgProtocolError)
    assert.throws(() => client.verify('e=other-error'), PgProtocolError)
  })

  for (const [what, message] of [
    ['a nonce that is not an extension of its own', serverFirst.replace('rOpr', 'xOpr')],
    ['its own nonce without an extension', `r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`],
    ['no salt', serverFirst.replace('s=W22ZaJ0SNY7soEsUEjb6gQ==', 's=')],
    ['no iterations', serverFirst.replace('i=4096', 'i=0')],
    [
      'so many iterations that the event loop would stop',
      serverFirst.replace('i=4096', 'i=99999999'),
    ],
    ['something that is no count', serverFirst.replace('i=4096', 'i=1e3x')],
  ] as const) {
    it(`refuses ${what}`, () =>
      assert.throws(() => new ScramSha256('pencil', nonce).finalMessage(message), PgProtocolError))
  }

  it('does not verify before it has answered', () => {
    assert.throws(() => new ScramSha256('pencil').verify('v='), PgProtocolError)
  })
})
