import { writeFile } from 'node:fs/promises'
import { App, background } from '../../../src/index.ts'

const writeNotification = (email: string, message: string): Promise<void> =>
  writeFile('log.txt', `notification for ${email}: ${message}`)

export const app = new App()

app.post('/send-notification/{email}', { in: { tasks: background() } }, ({ email, tasks }) => {
  tasks.add(writeNotification, email, 'some notification')
  return { message: 'Notification sent in the background' }
})
