import { App, body, events, object, str } from '../../../src/index.ts'

const Prompt = object({ text: str() }, { title: 'Prompt' })

export const app = new App()

app.post(
  '/chat/stream',
  { in: { prompt: body(Prompt) }, out: { 200: events() } },
  async function* ({ prompt }) {
    for (const word of prompt.text.split(/\s+/)) {
      yield { data: JSON.stringify(word), event: 'token' } // text is sent as it is
    }
    yield { data: '[DONE]', event: 'done' }
  },
)
