import { App } from '../../../src/index.ts'

const message = `
Rick: (stumbles in drunkenly, and turns on the lights) Morty! You gotta come on. You got--... you gotta come with me.
Morty: (rubs his eyes) What, Rick? What's going on?
Rick: I got a surprise for you, Morty.
Morty: It's the middle of the night. What are you talking about?
Rick: (spills alcohol on Morty's bed) Come on, I got a surprise for you. (drags Morty by the ankle) Come on, hurry up. (pulls Morty out of his bed and into the hall)
Morty: Ow! Ow! You're tugging me too hard!
Rick: We gotta go, gotta get outta here, come on. Got a surprise for you Morty.
`

const lines = message.trimEnd().split('\n')

// A generator whose items are texts, or bytes, is sent as they are; `async` if it has to wait.
function* story() {
  yield* lines
}

function* storyInBytes() {
  const encoder = new TextEncoder()
  for (const line of lines) yield encoder.encode(line)
}

export const app = new App()

const plain = { mediaType: 'text/plain' }
app.get('/story/stream', plain, async function* () {
  yield* story()
})
app.get('/story/stream-no-async', plain, story)
app.get('/story/stream-no-annotation', plain, async function* () {
  yield* story()
})
app.get('/story/stream-no-async-no-annotation', plain, () => story())
app.get('/story/stream-bytes', plain, storyInBytes)
app.get('/story/stream-no-async-bytes', plain, storyInBytes)
app.get('/story/stream-no-annotation-bytes', plain, () => storyInBytes())
app.get('/story/stream-no-async-no-annotation-bytes', plain, () => storyInBytes())
