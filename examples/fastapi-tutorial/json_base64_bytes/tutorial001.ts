import { App, body, bytes, object, str } from '../../../src/index.ts'

const data = (title: string) => object({ description: str(), data: bytes() }, { title })

const DataInput = data('DataInput')
const DataOutput = data('DataOutput')
const DataInputOutput = data('DataInputOutput')

export const app = new App()

app.post('/data', { in: { sent: body(DataInput) } }, ({ sent }) => ({
  description: sent.description,
  content: new TextDecoder().decode(sent.data),
}))

app.get('/data', { out: { 200: DataOutput } }, () => ({
  description: 'A plumbus',
  data: new TextEncoder().encode('hello'),
}))

app.post(
  '/data-in-out',
  { in: { sent: body(DataInputOutput) }, out: { 200: DataInputOutput } },
  ({ sent }) => sent,
)
