import { setImmediate } from 'node:timers/promises'
import { App } from '../../../src/index.ts'

const frame = new TextEncoder().encode('some fake video bytes')

export const app = new App()

app.get('/', async function* () {
  for (let frames = 0; frames < 10; frames++) {
    yield frame
    await setImmediate()
  }
})
