import { App, dep } from '../../../src/index.ts'

class DatabaseSession {
  isOpen = true

  close(): void {
    this.isOpen = false
  }
}

export const database = dep(function* () {
  const session = new DatabaseSession()
  try {
    yield session
  } finally {
    session.close() // when the response has been sent
  }
})

export const app = new App()

app.get('/', { in: { database } }, ({ database }) => ({ isOpen: database.isOpen }))
