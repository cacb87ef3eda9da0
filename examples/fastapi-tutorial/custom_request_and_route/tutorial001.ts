import { App, array, body, int } from '../../../src/index.ts'

/** Bodies with `content-encoding: gzip` come unpacked, up to a limit. */
export const app = new App({ decompression: true })

app.post('/sum', { in: { numbers: body(array(int())) } }, ({ numbers }) => ({
  sum: numbers.reduce((sum, each) => sum + each, 0),
}))
