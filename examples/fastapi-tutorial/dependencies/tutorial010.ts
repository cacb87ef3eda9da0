import { App, dep } from '../../../src/index.ts'

class DatabaseSession implements Disposable {
  isOpen = true;

  [Symbol.dispose](): void {
    this.isOpen = false
  }
}

/** What Python has context managers for: the value is disposed of after the response. */
const database = dep({ dispose: true }, () => new DatabaseSession())
const sessions: DatabaseSession[] = []

export const app = new App()

app.get('/', { in: { database } }, ({ database }) => {
  sessions.push(database)
  return { isOpen: database.isOpen }
})
app.get('/open', () => sessions.filter(({ isOpen }) => isOpen).length)
