import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OptionError } from '../../src/core/errors.ts'
import { describeAddress, parsePgUrl } from '../../src/pg/config.ts'

const defaults = {
  host: 'localhost',
  port: 5432,
  socketPath: undefined,
  user: 'postgres',
  password: undefined,
  database: 'postgres',
  applicationName: undefined,
  connectTimeoutMs: undefined,
}

describe('parsePgUrl', () => {
  for (const [url, expected] of [
    [undefined, {}],
    ['postgres://', {}],
    ['postgresql://db', { host: 'db' }],
    ['postgres://db:6432', { host: 'db', port: 6432 }],
    ['postgres://ann@db', { host: 'db', user: 'ann', database: 'ann' }],
    [
      'postgres://ann:p%40ss%2Fw%3A@db/shop',
      { host: 'db', user: 'ann', password: 'p@ss/w:', database: 'shop' },
    ],
    ['postgres://[::1]:5433/shop', { host: '::1', port: 5433, database: 'shop' }],
    [
      'postgres:///shop?host=/run/pg',
      { host: '/run/pg', socketPath: '/run/pg/.s.PGSQL.5432', database: 'shop' },
    ],
    [
      'postgres://%2Frun%2Fpg/shop',
      { host: '/run/pg', socketPath: '/run/pg/.s.PGSQL.5432', database: 'shop' },
    ],
    [
      'postgres://db/shop?application_name=my%20app&connect_timeout=3',
      { host: 'db', database: 'shop', applicationName: 'my app', connectTimeoutMs: 3000 },
    ],
    ['postgres://db/shop?sslmode=disable', { host: 'db', database: 'shop' }],
    [
      'postgres://db/?user=bob&password=x&dbname=y&port=7',
      { host: 'db', user: 'bob', password: 'x', database: 'y', port: 7 },
    ],
  ] as const) {
    it(`reads ${url}`, () => assert.deepEqual(parsePgUrl(url, {}), { ...defaults, ...expected }))
  }

  it('takes what the URL leaves out from the environment', () => {
    const environment = {
      PGHOST: 'h',
      PGPORT: '1',
      PGUSER: 'u',
      PGPASSWORD: 'p',
      PGDATABASE: 'd',
      PGAPPNAME: 'a',
    }
    assert.deepEqual(parsePgUrl('postgres://other@', environment), {
      ...defaults,
      host: 'h',
      port: 1,
      user: 'other',
      password: 'p',
      database: 'd',
      applicationName: 'a',
    })
  })

  for (const [url, message] of [
    ['mysql://db', /url must be of the form postgresql:/],
    ['db:5432', /url must be of the form/],
    ['postgres://a,b/shop', /url host must be one host: several are not supported yet/],
    ['postgres://db:abc', /url host must be one host/],
    ['postgres://db:70000', /url port must be from 1 to 65535, got "70000"/],
    ['postgres://db/x?sslmod=disable', /url parameter sslmod must be one of host, port/],
    ['postgres://db/x?sslmode=require', /sslmode must be .*not supported yet.*got "require"/],
    ['postgres://db/x?sslmode=full', /sslmode must be one of disable/],
    ['postgres://db/x?connect_timeout=-1', /connect_timeout must be whole seconds/],
    ['postgres://u%00ser@db', /url user must be free of zero characters/],
    ['postgres://%zz@db', /url user must be percent-encoded correctly/],
  ] as const) {
    it(`refuses ${url}`, () => {
      assert.throws(
        () => parsePgUrl(url, {}),
        (error) => {
          assert.ok(error instanceof OptionError)
          assert.match(error.message, message)
          return true
        },
      )
    })
  }

  it('never shows the password in an error', () => {
    for (const url of [
      'postgres:/u:hunter2@db',
      'postgres://u:hunter2@db:bad',
      'postgres://u:hunter2%zz@db',
    ]) {
      assert.throws(
        () => parsePgUrl(url, {}),
        (error: Error) => !error.message.includes('hunter2'),
      )
    }
  })
})

describe('describeAddress', () => {
  it('names host and port, or the path of the socket', () => {
    assert.equal(describeAddress(parsePgUrl('postgres://db:1', {})), 'db:1')
    assert.equal(describeAddress(parsePgUrl('postgres:///x?host=/tmp', {})), '/tmp/.s.PGSQL.5432')
  })
})
