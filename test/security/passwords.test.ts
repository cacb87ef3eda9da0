import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import {
  hashPassword,
  needsRehash,
  PasswordHasher,
  timingSafeEqual,
  verifyPassword,
} from '../../src/security/index.ts'

const hasArgon2 = typeof crypto.argon2 === 'function'

/** Of FastAPI's tutorial: "secret", by another implementation than ours. */
const JOHN =
  '$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc'
const ALICE =
  '$argon2id$v=19$m=65536,t=3,p=4$g2/AV1zwopqUntPKJavBFw$BwpRGDCyUHLvHICnwijyX8ROGoiUPwNKZ7915MeYfCE'
/** RFC 7914, section 12, third vector: N = 16384, r = 8, p = 1. */
const RFC_7914 = `$scrypt$ln=14,r=8,p=1$${base64('SodiumChloride')}$${base64(
  Buffer.from(
    '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    'hex',
  ),
)}`

function base64(bytes: string | Uint8Array): string {
  return Buffer.from(bytes as string)
    .toString('base64')
    .replace(/=+$/, '')
}

const cheap = new PasswordHasher({ scrypt: { ln: 10, p: 1 } })

describe('hashPassword', () => {
  it('makes a hash that says how it was made, with a salt of its own', async () => {
    const [first, second] = await Promise.all([hashPassword('correct'), hashPassword('correct')])
    assert.match(first, /^\$scrypt\$ln=16,r=8,p=2\$[\w+/]{22}\$[\w+/]{43}$/)
    assert.notEqual(first, second)
    assert.equal(await verifyPassword('correct', first), true)
    assert.equal(await verifyPassword('wrong', first), false)
    assert.equal(needsRehash(first), false)
  })

  for (const password of ['', 'x'.repeat(4097), 'é'.repeat(2049), 7 as unknown as string]) {
    it(`refuses what is no password, without telling it (${password.length})`, async () => {
      await assert.rejects(hashPassword(password).toPromise(), (error: Error) => {
        assert.equal((error as { code?: string }).code, 'CORE_OPTION')
        assert.doesNotMatch(error.message, /xxx|ééé/)
        return true
      })
    })
  }
})

describe('verifyPassword', () => {
  it('knows the vector of RFC 7914', async () => {
    assert.equal(await verifyPassword('pleaseletmein', RFC_7914), true)
    assert.equal(await verifyPassword('pleaseletmeout', RFC_7914), false)
  })

  it('knows the Argon2 hashes of others', { skip: !hasArgon2 }, async () => {
    assert.equal(await verifyPassword('secret', JOHN), true)
    assert.equal(await verifyPassword('secret1', JOHN), false)
    assert.equal(await verifyPassword('secret2', ALICE), false)
    assert.equal(needsRehash(JOHN), true)
  })

  it('says that this Node lacks Argon2', { skip: hasArgon2 }, async () => {
    await assert.rejects(verifyPassword('secret', JOHN).toPromise(), {
      code: 'SECURITY_PASSWORD_HASH',
    })
    assert.throws(() => new PasswordHasher({ algorithm: 'argon2id' }), { code: 'CORE_OPTION' })
  })

  it('works as long for a user who does not exist, and says no', async () => {
    assert.equal(await cheap.verify('secret', undefined), false)
    const started = process.hrtime.bigint()
    await verifyPassword('secret', undefined)
    const unknownMs = Number(process.hrtime.bigint() - started) / 1e6
    assert.ok(unknownMs > 20, `took only ${unknownMs} ms`)
  })

  it('says no to what is too long to be a password', async () => {
    assert.equal(await cheap.verify('x'.repeat(5000), await cheap.hash('x')), false)
  })

  for (const broken of [
    '',
    'secret',
    '$2b$12$abcdefghijklmnopqrstuv',
    '$scrypt$ln=30,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA',
    '$scrypt$ln=10,r=8,p=0$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA',
    '$scrypt$ln=10,r=8,p=1$AA$AAAAAAAAAAAAAAAAAAAAAA',
    '$scrypt$ln=10,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA',
    '$argon2id$v=19$m=9999999,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA',
    '$argon2i$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA',
  ]) {
    it(`fails for the stored hash ${JSON.stringify(broken)}`, async () => {
      await assert.rejects(verifyPassword('secret', broken).toPromise(), {
        code: 'SECURITY_PASSWORD_HASH',
      })
    })
  }
})

describe('PasswordHasher', () => {
  it('accepts exactly the password that was hashed', async () => {
    const text = fc.string({ minLength: 1, maxLength: 40, unit: 'binary' })
    await fc.assert(
      fc.asyncProperty(text, text, async (password, other) => {
        const hash = await cheap.hash(password)
        assert.equal(await cheap.verify(password, hash), true)
        // Lone surrogates have no UTF-8 of their own: they are all one character to it.
        const isSame = Buffer.from(password).equals(Buffer.from(other))
        assert.equal(await cheap.verify(other, hash), isSame)
      }),
      { numRuns: 50, seed: 7 },
    )
  })

  it('refuses a hash with any character of its tag changed', async () => {
    const hash = await cheap.hash('secret')
    for (let at = hash.lastIndexOf('$') + 1; at < hash.length - 1; at++) {
      const changed = hash[at] === 'A' ? 'B' : 'A'
      const tampered = `${hash.slice(0, at)}${changed}${hash.slice(at + 1)}`
      assert.equal(await cheap.verify('secret', tampered), false, tampered)
    }
  })

  it('asks for a new hash when its parameters are others', async () => {
    const dearer = new PasswordHasher({ scrypt: { ln: 11, p: 1 } })
    const hash = await cheap.hash('secret')
    assert.equal(cheap.needsRehash(hash), false)
    assert.equal(dearer.needsRehash(hash), true)
    assert.equal(await dearer.verify('secret', hash), true)
  })

  it('makes Argon2id hashes, too', { skip: !hasArgon2 }, async () => {
    const hasher = new PasswordHasher({ algorithm: 'argon2id' })
    const hash = await hasher.hash('secret')
    assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    assert.equal(await hasher.verify('secret', hash), true)
    assert.equal(hasher.needsRehash(hash), false)
    assert.equal(cheap.needsRehash(hash), true)
  })

  it('answers 503 when too many wait', async () => {
    const narrow = new PasswordHasher({ scrypt: { ln: 14 }, concurrency: 1, maxWaiting: 1 })
    const outcomes = await Promise.allSettled(['a', 'b', 'c', 'd'].map((each) => narrow.hash(each)))
    const refused = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
    assert.deepEqual(
      refused.map(({ status, headers }) => [status, headers]),
      [
        [503, { 'retry-after': '1' }],
        [503, { 'retry-after': '1' }],
      ],
    )
    assert.equal(await narrow.verify('x', undefined), false)
  })

  it('leaves the event loop free', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await hashPassword('secret')
    clearInterval(timer)
    assert.ok(turns > 3, `${turns} turns`)
  })

  it('refuses options that mean nothing', () => {
    const wrong = [{ algorithm: 'md5' }, { scrypt: { ln: 9 } }, { scrypt: { N: 4 } }, { rounds: 3 }]
    for (const options of wrong) {
      assert.throws(() => new PasswordHasher(options as never), { code: 'CORE_OPTION' })
    }
  })
})

describe('timingSafeEqual', () => {
  it('says of any two texts whether they are one', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (first, second) => {
        assert.equal(timingSafeEqual(first, first), true)
        assert.equal(timingSafeEqual(first, second), first === second)
        assert.equal(timingSafeEqual(Buffer.from(first), first), true)
      }),
      { seed: 7 },
    )
  })

  it('refuses what is neither text nor bytes, also undefined', () => {
    assert.throws(() => timingSafeEqual(undefined as never, 'x'), { code: 'CORE_OPTION' })
    assert.throws(() => timingSafeEqual('x', 7 as never), { code: 'CORE_OPTION' })
  })

  it('takes a time that has nothing to do with where texts differ', () => {
    const secret = 's'.repeat(100_000)
    const early = `x${secret.slice(1)}`
    const late = `${secret.slice(1)}x`
    const cost = (other: string): number => {
      const times: number[] = []
      for (let run = 0; run < 31; run++) {
        const started = process.hrtime.bigint()
        timingSafeEqual(other, secret)
        times.push(Number(process.hrtime.bigint() - started))
      }
      return times.toSorted((a, b) => a - b)[5]!
    }
    cost(early)
    const ratio = cost(early) / cost(late)
    assert.ok(ratio > 0.2 && ratio < 5, `ratio ${ratio}`)
  })
})
