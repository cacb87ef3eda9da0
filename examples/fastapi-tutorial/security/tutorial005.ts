import { App, bool, dep, HttpError, nullable, object, str } from '../../../src/index.ts'
import {
  JwtVerifier,
  oauth2Password,
  oauth2PasswordRequestForm,
  security,
  securityScopes,
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

const users = new Map(
  [
    {
      username: 'johndoe',
      full_name: 'John Doe',
      email: 'johndoe@example.com',
      hashedPassword:
        '$scrypt$ln=16,r=8,p=2$hEDwOh7bYZ8lyAyNJPDrmQ$uAc11BwKV68EBYuXyzLPUs/wOClYYFVm0+yHutJgJMM',
      disabled: false,
    },
    {
      username: 'alice',
      full_name: 'Alice Chains',
      email: 'alicechains@example.com',
      hashedPassword:
        '$scrypt$ln=16,r=8,p=2$E8eaIjeasPBC3+yMxiaR4A$ghIVoDvKm5T9V706c3R6AYbhZFdK64AQTmFpOeytQko',
      disabled: true,
    },
  ].map((user) => [user.username, user]),
)

const verifier = new JwtVerifier({ secret, claims: object({ sub: str(), scope: str() }) })

const token = oauth2Password({
  tokenUrl: 'token',
  scopes: { me: 'Read information about the current user.', items: 'Read items.' },
})

const currentUser = dep(
  { token, required: securityScopes() },
  async function currentUser({ token, required }) {
    const challenge = {
      'www-authenticate': required.text === '' ? 'Bearer' : `Bearer scope="${required.text}"`,
    }
    const claims = await verifier.verify(token).catch(() => undefined)
    const user = users.get(claims?.sub ?? '')
    if (claims === undefined || user === undefined) {
      throw new HttpError(401, 'Could not validate credentials', challenge)
    }
    const granted = claims.scope.split(' ')
    if (required.scopes.every((scope) => granted.includes(scope))) return user
    throw new HttpError(401, 'Not enough permissions', challenge)
  },
)

const activeUser = dep({ user: security(currentUser, ['me']) }, ({ user }) => {
  if (user.disabled) throw new HttpError(400, 'Inactive user')
  return user
})

export const app = new App()

app.post(
  '/token',
  { in: { login: oauth2PasswordRequestForm() }, out: { 200: Token } },
  async ({ login }) => {
    const user = users.get(login.username)
    // Takes as long for a user who does not exist.
    if (!(await verifyPassword(login.password, user?.hashedPassword))) {
      throw new HttpError(400, 'Incorrect username or password')
    }
    const claims = { sub: login.username, scope: login.scopes.join(' ') }
    const token = await signJwt(claims, { secret, expiresInSeconds: 1800 })
    return { access_token: token, token_type: 'bearer' }
  },
)

app.get('/users/me/', { in: { user: activeUser }, out: { 200: User } }, ({ user }) => user)

app.get('/users/me/items/', { in: { user: security(activeUser, ['items']) } }, ({ user }) => [
  { item_id: 'Foo', owner: user.username },
])

app.get('/status/', { in: { currentUser } }, () => ({ status: 'ok' }))
