import { App, bool, dep, HttpError, nullable, object, str } from '../../../src/index.ts'
import {
  JwtVerifier,
  oauth2Password,
  oauth2PasswordRequestForm,
  signJwt,
  verifyPassword,
} from '../../../src/security/index.ts'

// Made with: openssl rand -hex 32. In earnest it comes from the environment.
const secret = '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7'

const Token = object({ access_token: str(), token_type: str() }, { title: 'Token' })
const User = object(
  {
    username: str(),
    email: nullable(str(), { default: null }),
    full_name: nullable(str(), { default: null }),
    disabled: nullable(bool(), { default: null }),
  },
  { title: 'User' },
)

const users = new Map([
  [
    'johndoe',
    {
      username: 'johndoe',
      full_name: 'John Doe',
      email: 'johndoe@example.com',
      hashedPassword:
        '$scrypt$ln=16,r=8,p=2$hEDwOh7bYZ8lyAyNJPDrmQ$uAc11BwKV68EBYuXyzLPUs/wOClYYFVm0+yHutJgJMM',
      disabled: false,
    },
  ],
])

const verifier = new JwtVerifier({ secret, claims: object({ sub: str() }) })

const currentUser = dep({ token: oauth2Password({ tokenUrl: 'token' }) }, async ({ token }) => {
  const claims = await verifier.verify(token).catch(() => undefined)
  const user = users.get(claims?.sub ?? '')
  if (user !== undefined) return user
  throw new HttpError(401, 'Could not validate credentials', { 'www-authenticate': 'Bearer' })
})

const activeUser = dep({ currentUser }, ({ currentUser }) => {
  if (currentUser.disabled) throw new HttpError(400, 'Inactive user')
  return currentUser
})

export const app = new App()

app.post(
  '/token',
  { in: { login: oauth2PasswordRequestForm() }, out: { 200: Token } },
  async ({ login }) => {
    const user = users.get(login.username)
    // Takes as long for a user who does not exist.
    if (!(await verifyPassword(login.password, user?.hashedPassword))) {
      throw new HttpError(401, 'Incorrect username or password', { 'www-authenticate': 'Bearer' })
    }
    const token = await signJwt({ sub: login.username }, { secret, expiresInSeconds: 1800 })
    return { access_token: token, token_type: 'bearer' }
  },
)

app.get('/users/me/', { in: { activeUser }, out: { 200: User } }, ({ activeUser }) => activeUser)

app.get('/users/me/items/', { in: { activeUser } }, ({ activeUser }) => [
  { item_id: 'Foo', owner: activeUser.username },
])
