import { App, dep } from '../../../src/index.ts'
import { oauth2Password } from '../../../src/security/index.ts'

interface User {
  readonly username: string
  readonly email?: string
  readonly full_name?: string
  readonly disabled: boolean | null
}

const fakeDecodeToken = (token: string): User => ({
  username: `${token}fakedecoded`,
  email: 'john@example.com',
  full_name: 'John Doe',
  disabled: null,
})

const token = oauth2Password({ tokenUrl: 'token' })
const currentUser = dep({ token }, ({ token }) => fakeDecodeToken(token))

export const app = new App()

app.get('/users/me', { in: { currentUser } }, ({ currentUser }) => currentUser)
