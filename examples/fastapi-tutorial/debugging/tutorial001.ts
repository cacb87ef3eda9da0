import { App } from '../../../src/index.ts'

export const app = new App()

app.get('/', () => {
  const a = 'a'
  const b = `b${a}`
  return { 'hello world': b }
})

if (import.meta.main) await app.run({ host: '0.0.0.0', port: 8000 })
