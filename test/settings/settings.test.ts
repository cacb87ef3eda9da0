import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { inspect } from 'node:util'
import {
  array,
  bool,
  int,
  literal,
  num,
  object,
  optional,
  record,
  Secret,
  secret,
  standard,
  str,
  union,
} from '../../src/schema/index.ts'
import {
  SettingsError,
  type SettingsMap,
  type SettingsOptions,
  setting,
  settings,
} from '../../src/settings/index.ts'

/** The rows of the table of what is wrong. */
function problemsOf(map: SettingsMap, options: SettingsOptions): string[] {
  try {
    settings(map, options)
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error))
    return error.message.split('\n')
  }
  throw new Error('Nothing is wrong')
}

const directory = mkdtempSync(join(tmpdir(), 'fasterapi-settings-'))
after(() => rmSync(directory, { recursive: true }))

function write(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

describe('settings', () => {
  const texts: [string, SettingsMap[string], string | undefined, unknown][] = [
    ['a text', str(), 'a b', 'a b'],
    ['an empty text', str(), '', ''],
    ['a number', int(), '8000', 8000],
    ['a number with a fraction', num(), '0.5', 0.5],
    ['a switch', bool(), 'yes', true],
    ['one of some words', literal('debug', 'info'), 'info', 'info'],
    ['a list with commas', array(int()), '1, 2,3', [1, 2, 3]],
    ['an empty list', array(str()), '', []],
    ['a list of one', array(str()), 'a', ['a']],
    ['a list in JSON', array(str()), '["a,b","c"]', ['a,b', 'c']],
    ['a list of texts with brackets', array(str()), '[a],b', ['[a]', 'b']],
    ['an object in JSON', object({ a: int() }), '{"a":1}', { a: 1 }],
    ['a record in JSON', record(int()), ' {"a":1}', { a: 1 }],
    ['a text that looks like JSON', str(), '{"a":1}', '{"a":1}'],
    ['a union', union(int(), str()), 'all', 'all'],
    ['a default', int({ default: 3 }), undefined, 3],
    ['a default list', array(str(), { default: ['*'] }), undefined, ['*']],
    ['what may be absent', optional(int()), undefined, undefined],
  ]
  for (const [name, schema, text, value] of texts) {
    it(`reads ${name}`, () => {
      const env = text === undefined ? {} : { VALUE: text }
      const found = settings({ value: schema }, { env })
      assert.deepEqual(structuredClone(found.value), value)
    })
  }

  const names: [SettingsMap, string][] = [
    [{ port: str() }, 'PORT'],
    [{ databaseUrl: str() }, 'DATABASE_URL'],
    [{ apiURLPath: str() }, 'API_URL_PATH'],
    [{ s3Bucket: str() }, 'S3_BUCKET'],
    [{ ALREADY_UPPER: str() }, 'ALREADY_UPPER'],
    [{ redis: { maxRetries: str() } }, 'REDIS__MAX_RETRIES'],
    [{ a: { b: { cD: str() } } }, 'A__B__C_D'],
    [{ host: setting(str(), { name: 'PGHOST' }) }, 'PGHOST'],
  ]
  for (const [map, name] of names) {
    it(`reads ${name}`, () => {
      assert.match(inspect(settings(map, { env: { [name]: 'found' } }), { depth: 9 }), /found/)
    })
  }

  it('puts a prefix in front of all names but those that are whole', () => {
    const map = { port: int(), redis: { host: str() }, home: setting(str(), { name: 'HOME' }) }
    const env = { SHOP_PORT: '1', SHOP_REDIS__HOST: 'r', HOME: '/root', PORT: '2' }
    assert.deepEqual(settings(map, { prefix: 'SHOP_', env }), {
      port: 1,
      redis: { host: 'r' },
      home: '/root',
    })
  })

  it('gives values that cannot be changed', () => {
    const found = settings({ redis: { host: str() } }, { env: { REDIS__HOST: 'a' } })
    assert.throws(() => Object.assign(found.redis, { host: 'b' }), TypeError)
    assert.throws(() => Object.assign(found, { redis: {} }), TypeError)
  })

  it('tells everything that is wrong at once, with where it comes from', () => {
    const envFile = write('.env.wrong', 'SHOP_PORT=80a\nSHOP_TAGS=["a",1]\n')
    const map = {
      port: int(),
      tags: array(str()),
      databaseUrl: str({ description: 'where the shop keeps its orders' }),
      redis: { host: str(), timeoutMs: int({ min: 1 }) },
    }
    const env = { SHOP_REDIS__HOST: 'r', SHOP_REDIS__TIMEOUT_MS: '0', SHOP_DATABASE_ULR: 'x' }
    const badInt = 'Input should be a valid integer, unable to parse string as an integer'
    assert.deepEqual(problemsOf(map, { prefix: 'SHOP_', envFile, env }), [
      '5 settings are wrong:',
      `  SHOP_PORT               ${badInt}, got "80a" (in ${envFile})`,
      `  SHOP_TAGS               1: Input should be a valid string, got "[\\"a\\",1]" (in ${envFile})`,
      '  SHOP_DATABASE_URL       is missing: where the shop keeps its orders',
      '  SHOP_REDIS__TIMEOUT_MS  Input should be greater than or equal to 1, got "0" (in the environment)',
      '  SHOP_DATABASE_ULR       there is no such setting; did you mean SHOP_DATABASE_URL? (in the environment)',
    ])
  })

  it('leaves unknown variables alone without a prefix, or if told so', () => {
    const env = { PORT: '1', PROT: '2', X_PORT: '1', X_PROT: '3' }
    const port = { port: int() }
    assert.deepEqual(settings(port, { env }), { port: 1 })
    assert.deepEqual(settings(port, { env, prefix: 'X_', unknown: 'ignore' }), { port: 1 })
  })

  it('takes the environment before later files, and these before earlier ones', () => {
    const first = write('.env.first', 'A=first\nB=first\nC=first\n')
    const second = write('.env.second', "# comment\nB='second # one'\nC=second\n")
    const envFile = [first, second, join(directory, 'absent')]
    const found = settings({ a: str(), b: str(), c: str() }, { envFile, env: { C: 'env' } })
    assert.deepEqual(found, { a: 'first', b: 'second # one', c: 'env' })
  })

  it('tells of a file that is there and cannot be read', () => {
    const [, line] = problemsOf({ a: optional(str()) }, { envFile: directory, env: {} })
    assert.match(line ?? '', /cannot be read: EISDIR/)
  })

  it('reads secrets from files of a folder, without the end of the line', () => {
    write('api_key', 'k1\n')
    write('OTHER', 'two\nlines\n')
    const map = { apiKey: secret(str()), other: str(), port: int({ default: 1 }) }
    const found = settings(map, { secretsDir: directory, env: {} })
    assert.equal(found.apiKey.reveal(), 'k1')
    assert.equal(found.other, 'two\nlines')
    const absent = { secretsDir: join(directory, 'absent'), env: {} }
    assert.throws(() => settings(map, absent), { code: 'SETTINGS_INVALID' })
  })

  it('takes an empty variable for one, unless told otherwise', () => {
    const map = { port: int({ default: 8000 }) }
    assert.match(problemsOf(map, { env: { PORT: '' } })[1] ?? '', /valid integer/)
    assert.deepEqual(settings(map, { env: { PORT: '' }, ignoreEmpty: true }), { port: 8000 })
  })

  it('refuses options and maps that cannot be', () => {
    const wrong: [SettingsMap, object, RegExp][] = [
      [{ a: str() }, { prefx: 'A' }, /settings\(\)\.prefx must be absent/],
      [{ a: str() }, { prefix: 'A-' }, /prefix must be the beginning of a name/],
      [{ a: str() }, { envFile: 1 }, /envFile must be a path/],
      [{ a: str() }, { env: 'x' }, /env must be an object/],
      [{ a: str() }, { unknown: 'warn' }, /unknown must be 'error' or 'ignore'/],
      [{ a: str() }, { onInvalid: 'log' }, /onInvalid must be 'exit' or 'throw'/],
      [{ a: str() }, { secretsDir: '' }, /secretsDir must be a path/],
      [{ a: str() }, { ignoreEmpty: 1 }, /ignoreEmpty must be true or false/],
      [{ a: 5 as never }, {}, /settings\(\)\.a must be a schema, or a map of schemas, got 5/],
      [{ b: { a: null as never } }, {}, /settings\(\)\.b\.a must be a schema/],
      [{ aB: str(), a_b: str() }, {}, /settings\(\)\.a_b must be a name that no other/],
    ]
    for (const [map, options, message] of wrong) {
      assert.throws(() => settings(map, options), { code: 'CORE_OPTION', message })
    }
    assert.throws(() => setting(str(), { name: 'A B' }), /a name of a variable/)
    assert.throws(() => setting('x' as never), /setting\(\) must be a schema/)
  })
})

describe('secret', () => {
  const found = settings({ key: secret(str()) }, { env: { KEY: 'hush' } })

  it('is shown by nothing and given by reveal', () => {
    assert.ok(found.key instanceof Secret)
    const shown = `${String(found.key)} ${JSON.stringify(found)} ${inspect(found)}`
    assert.doesNotMatch(shown, /hush/)
    assert.equal(found.key.reveal(), 'hush')
  })

  it('is absent if it may be', () => {
    const key = optional(secret(str()))
    assert.deepEqual(settings({ key }, { env: {} }), { key: undefined })
  })

  const quoting = standard<string>({
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value: unknown) => ({ issues: [{ message: `${String(value)} is no good` }] }),
    },
  })
  const loud: [string, SettingsMap, string][] = [
    ['that may be absent', { first: optional(secret(str({ minLength: 9 }))) }, 'FIRST'],
    ['marked', { first: secret(str({ minLength: 9 })) }, 'FIRST'],
    ['whose schema quotes it', { first: secret(quoting) }, 'FIRST'],
    ['whose name says so', { dbPassword: str({ minLength: 9 }) }, 'DB_PASSWORD'],
    ['in a URL', { databaseUrl: str({ minLength: 9 }) }, 'DATABASE_URL'],
  ]
  for (const [name, map, variable] of loud) {
    it(`is not in messages about one ${name}`, () => {
      const lines = problemsOf(map, { env: { [variable]: 'hush' } }).join('\n')
      assert.ok(lines.includes(variable))
      assert.doesNotMatch(lines, /hush/)
    })
  }
})
