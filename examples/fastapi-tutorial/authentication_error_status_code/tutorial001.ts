import { App, dep, HttpError } from '../../../src/index.ts'
import { httpBearer } from '../../../src/security/index.ts'

const bearer = httpBearer({ schemeName: 'HTTPBearer403', autoError: false })

const credentials = dep({ bearer }, ({ bearer }) => {
  if (bearer === undefined) throw new HttpError(403, 'Not authenticated')
  return bearer
})

export const app = new App()

app.get('/me', { in: { credentials } }, ({ credentials }) => ({
  message: 'You are authenticated',
  token: credentials.credentials,
}))
