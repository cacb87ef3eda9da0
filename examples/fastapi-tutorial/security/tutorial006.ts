import { App } from '../../../src/index.ts'
import { httpBasic } from '../../../src/security/index.ts'

export const app = new App()

app.get('/users/me', { in: { credentials: httpBasic() } }, ({ credentials }) => credentials)
