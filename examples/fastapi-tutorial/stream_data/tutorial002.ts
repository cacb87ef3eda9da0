import { Buffer } from 'node:buffer'
import { Readable } from 'node:stream'
import { App } from '../../../src/index.ts'
import { imageBase64 } from './image.ts'

const image = Buffer.from(imageBase64, 'base64')

// As a file would be read: in pieces.
function* pieces() {
  for (let at = 0; at < image.length; at += 1024) yield image.subarray(at, at + 1024)
}

export const app = new App()

const png = { mediaType: 'image/png' }
app.get('/image/stream', png, async function* () {
  yield* pieces()
})
app.get('/image/stream-no-async', png, pieces)
app.get('/image/stream-no-async-yield-from', png, () => Readable.from(pieces()))
app.get('/image/stream-no-annotation', png, async function* () {
  yield* pieces()
})
app.get('/image/stream-no-async-no-annotation', png, () => pieces())
