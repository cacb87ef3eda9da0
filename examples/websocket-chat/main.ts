/** A chat over WebSockets: `npm run chat` runs it with a database of its own, `DATABASE_URL` with yours. */
import { OptionError } from '../../src/index.ts'
import { readSettings } from '../production-app/settings.ts'
import { createChat } from './app.ts'
import { chatDatabase } from './database/connect.ts'

try {
  const { host, port, databaseUrl, poolSize, reactors } = readSettings(process.env)
  await createChat(chatDatabase(databaseUrl), poolSize).run({ host, port, reactors })
} catch (error) {
  // What the user can mend needs a sentence, not a stack.
  console.error(error instanceof OptionError ? error.message : error)
  process.exitCode = 1
}
