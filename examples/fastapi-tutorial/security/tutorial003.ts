import { App, dep, HttpError } from '../../../src/index.ts'
import { oauth2Password, oauth2PasswordRequestForm } from '../../../src/security/index.ts'

const users = new Map(
  [
    {
      username: 'johndoe',
      full_name: 'John Doe',
      email: 'johndoe@example.com',
      hashed_password: 'fakehashedsecret',
      disabled: false,
    },
    {
      username: 'alice',
      full_name: 'Alice Wonderson',
      email: 'alice@example.com',
      hashed_password: 'fakehashedsecret2',
      disabled: true,
    },
  ].map((user) => [user.username, user]),
)

const fakeHashPassword = (password: string): string => `fakehashed${password}`

const token = oauth2Password({ tokenUrl: 'token' })

const currentUser = dep({ token }, ({ token }) => {
  const user = users.get(token) // no security at all: the next program has tokens
  if (user !== undefined) return user
  throw new HttpError(401, 'Not authenticated', { 'www-authenticate': 'Bearer' })
})

const activeUser = dep({ currentUser }, ({ currentUser }) => {
  if (currentUser.disabled) throw new HttpError(400, 'Inactive user')
  return currentUser
})

export const app = new App()

app.post('/token', { in: { login: oauth2PasswordRequestForm() } }, ({ login }) => {
  const user = users.get(login.username)
  if (user?.hashed_password !== fakeHashPassword(login.password)) {
    throw new HttpError(400, 'Incorrect username or password')
  }
  return { access_token: user.username, token_type: 'bearer' }
})

app.get('/users/me', { in: { activeUser } }, ({ activeUser }) => activeUser)
