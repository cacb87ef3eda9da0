/** A shop over PostgreSQL: `npm start` runs it against a database of its own, `DATABASE_URL` against yours. */
import { OptionError } from '../../src/index.ts'
import { createApp } from './app.ts'
import { shopDatabase } from './dependencies.ts'
import { readSettings } from './settings.ts'

try {
  const { host, port, databaseUrl, poolSize, reactors } = readSettings(process.env)
  await createApp(shopDatabase(databaseUrl), poolSize).run({ host, port, reactors })
} catch (error) {
  // What the user can mend needs a sentence, not a stack.
  console.error(error instanceof OptionError ? error.message : error)
  process.exitCode = 1
}
