import { App, HttpError, RequestValidationError, reply } from '../../../src/index.ts'

const headers = { 'content-type': 'text/plain; charset=utf-8' }

export const app = new App()

app.onError(HttpError, ({ status, detail }) => reply(status, detail, { headers }))

app.onError(RequestValidationError, ({ issues }) => {
  const lines = issues.map(({ loc, msg }) => {
    const place = loc.map((part) => (typeof part === 'string' ? `'${part}'` : part)).join(', ')
    return `\nField: (${place}), Error: ${msg}`
  })
  return reply(400, `Validation errors:${lines.join('')}`, { headers })
})

app.get('/items/{item_id:int}', ({ item_id }) => {
  if (item_id === 3) throw new HttpError(418, "Nope! I don't like 3.")
  return { item_id }
})
