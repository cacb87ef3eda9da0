import { App, events } from '../../../src/index.ts'

const lines = [
  '2025-01-01 INFO  Application started',
  '2025-01-01 DEBUG Connected to database',
  '2025-01-01 WARN  High memory usage detected',
]

export const app = new App()

app.get('/logs/stream', { out: { 200: events() } }, async function* () {
  for (const data of lines) yield { data }
})
