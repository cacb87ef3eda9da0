import { App, array, body, int, RequestValidationError, reply } from '../../../src/index.ts'

export const app = new App()

app.onError(RequestValidationError, async (error, request) => {
  const body = Buffer.from(await request.bytes()).toString()
  return reply(422, { detail: { errors: error.issues, body } })
})

app.post('/', { in: { numbers: body(array(int())) } }, ({ numbers }) =>
  numbers.reduce((sum, each) => sum + each, 0),
)
