import { parse, YAMLParseError } from 'yaml'
import {
  App,
  array,
  HttpError,
  object,
  rawBody,
  reply,
  str,
  ValidationError,
} from '../../../src/index.ts'

const Item = object({ name: str(), tags: array(str()) }, { jsonSchema: { title: 'Item' } })

export const app = new App()

app.onError(YAMLParseError, () => {
  throw new HttpError(422, 'Invalid YAML')
})
app.onError(ValidationError, ({ issues }) => reply(422, { detail: issues }))

app.post(
  '/items/',
  {
    in: { raw: rawBody() },
    requestBody: { content: { 'application/x-yaml': { schema: Item } }, required: true },
  },
  ({ raw }) => Item.parse(parse(Buffer.from(raw).toString())),
)
