import { createReadStream } from 'node:fs'
import { App, reply } from '../../../src/index.ts'

export const app = new App()

app.get('/', () =>
  reply(200, createReadStream('large-video-file.mp4'), {
    headers: { 'content-type': 'video/mp4' },
  }),
)
