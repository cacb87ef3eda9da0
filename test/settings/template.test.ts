import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseEnv } from 'node:util'
import { array, int, optional, secret, str } from '../../src/schema/index.ts'
import { settings, settingsTemplate } from '../../src/settings/index.ts'

describe('settingsTemplate', () => {
  const map = {
    databaseUrl: secret(str({ description: 'Where the orders are.' })),
    port: int({ default: 8000 }),
    greeting: str({ default: "it's me # here" }),
    redis: { hosts: array(str(), { default: ['a', 'b'] }), name: optional(str()) },
  }

  it('writes every variable with what is known about it', () => {
    assert.equal(
      settingsTemplate(map, { prefix: 'SHOP_' }),
      `# Where the orders are.
# str, secret, required
SHOP_DATABASE_URL=

# int, optional
# SHOP_PORT=8000

# str, optional
# SHOP_GREETING="it's me # here"

# list[str], optional
# SHOP_REDIS__HOSTS='["a","b"]'

# str, optional
# SHOP_REDIS__NAME=
`,
    )
  })

  it('gives the defaults when it is read', () => {
    const text = settingsTemplate(map).replaceAll(/^# ([A-Z_]+=)/gm, '$1')
    const found = settings(map, { env: parseEnv(text) })
    assert.equal(found.port, 8000)
    assert.equal(found.greeting, "it's me # here")
    assert.deepEqual(found.redis.hosts, ['a', 'b'])
  })
})
