import { App } from '../../../src/index.ts'
import { oauth2Password } from '../../../src/security/index.ts'

const token = oauth2Password({ tokenUrl: 'token' })

export const app = new App()

app.get('/items/', { in: { token } }, ({ token }) => ({ token }))
