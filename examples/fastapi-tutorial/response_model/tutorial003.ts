import { App, body, email, nullable, object, str } from '../../../src/index.ts'

const UserOut = object(
  { username: str(), email: email(), full_name: nullable(str(), { default: null }) },
  { title: 'UserOut' },
)

const UserIn = object(
  {
    username: str(),
    password: str(),
    email: email(),
    full_name: nullable(str(), { default: null }),
  },
  { title: 'UserIn' },
)

export const app = new App()

app.post('/user/', { in: { user: body(UserIn) }, out: { 200: UserOut } }, ({ user }) => user)
