import { App, HttpError, RequestValidationError, reply } from '../../../src/index.ts'

export const app = new App()

app.onError(HttpError, (error) => {
  console.log(`OMG! An HTTP error!: ${error.message}`)
  return reply(error.status, { detail: error.detail })
})

app.onError(RequestValidationError, (error) => {
  console.log(`OMG! The client sent invalid data!: ${error.message}`)
  return reply(422, { detail: error.issues })
})

app.get('/items/{item_id:int}', ({ item_id }) => {
  if (item_id === 3) throw new HttpError(418, "Nope! I don't like 3.")
  return { item_id }
})
