import { expectTypeOf } from 'expect-type'
import { Jobs, queue } from '../../src/jobs/index.ts'
import { PgPool } from '../../src/pg/index.ts'
import {
  array,
  bool,
  int,
  literal,
  object,
  optional,
  type Secret,
  secret,
  str,
} from '../../src/schema/index.ts'
import { setting, settings } from '../../src/settings/index.ts'

const config = settings({
  port: int({ default: 8000 }),
  level: literal('debug', 'info'),
  origins: array(str()),
  home: setting(str(), { name: 'HOME' }),
  databaseUrl: secret(str()),
  proxy: optional(str()),
  redis: { host: str(), tls: { verify: bool() } },
})

expectTypeOf(config.port).toEqualTypeOf<number>()
expectTypeOf(config.level).toEqualTypeOf<'debug' | 'info'>()
expectTypeOf(config.origins).toEqualTypeOf<string[]>()
expectTypeOf(config.home).toEqualTypeOf<string>()
expectTypeOf(config.databaseUrl).toEqualTypeOf<Secret<string>>()
expectTypeOf(config.proxy).toEqualTypeOf<string | undefined>()
expectTypeOf(config.redis.tls.verify).toEqualTypeOf<boolean>()

// @ts-expect-error: settings do not change
config.port = 1
// @ts-expect-error: there is no such setting
void config.prot
// @ts-expect-error: neither a schema nor a map of schemas
settings({ port: 8000 })

const mails = queue('mails', object({ to: str() }))
const jobs = new Jobs(new PgPool(), [mails])

jobs.work(mails, ({ payload, attempt }) => {
  expectTypeOf(payload.to).toEqualTypeOf<string>()
  expectTypeOf(attempt).toEqualTypeOf<number>()
})
expectTypeOf(jobs.enqueue(mails, { to: 'a' }).get()).toEqualTypeOf<string | undefined>()
// @ts-expect-error: not what the queue takes
void jobs.enqueue(mails, { to: 1 })
// @ts-expect-error: not what the queue takes
void jobs.schedule(mails, '* * * * *', {})
