import { appendFile } from 'node:fs/promises'
import { App, background, dep, nullable, query, str } from '../../../src/index.ts'

const writeLog = (message: string): Promise<void> => appendFile('log.txt', message)

const loggedQuery = dep(
  { tasks: background(), q: query(nullable(str(), { default: null })) },
  ({ tasks, q }) => {
    if (q) tasks.add(writeLog, `found query: ${q}\n`)
    return q
  },
)

export const app = new App()

app.post(
  '/send-notification/{email}',
  { in: { tasks: background(), q: loggedQuery } },
  ({ email, tasks }) => {
    tasks.add(writeLog, `message to ${email}\n`)
    return { message: 'Message sent' }
  },
)
