import { App, bool, query, reply } from '../../../src/index.ts'

const video = 'https://www.youtube.com/watch?v=dQw4w9WgXcQ'

export const app = new App()

app.get('/portal', { in: { teleport: query(bool({ default: false })) } }, ({ teleport }) =>
  teleport
    ? reply(307, undefined, { headers: { location: video } })
    : { message: "Here's your interdimensional portal." },
)
