import { App, body, email, nullable, object, str } from '../../../src/index.ts'

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

// Don't do this in production!
app.post('/user/', { in: { user: body(UserIn) }, out: { 200: UserIn } }, ({ user }) => user)
