import { after } from 'node:test'
import { App, type AppOptions } from '../../src/app/index.ts'
import { TestClient, type TestResponse } from '../../src/testing/index.ts'

/** An app whose logged failures are kept, with a client that is closed when the tests are over. */
export function makeApp(options: AppOptions = {}): {
  app: App
  client: TestClient
  logged: unknown[]
} {
  const logged: unknown[] = []
  const app = new App({ logError: (error) => logged.push(error), ...options })
  const client = new TestClient(app)
  after(() => client.close())
  return { app, client, logged }
}

/** The failures of a 422, without what the tests of schemas cover. */
export function locations(response: TestResponse): string[] {
  const { detail } = response.json<{ detail: { type: string; loc: unknown[] }[] }>()
  return detail.map(({ type, loc }) => `${type} ${loc.join('.')}`)
}
