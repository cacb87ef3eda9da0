import { App, body, email, nullable, object, str } from '../../../src/index.ts'

const BaseUser = object(
  { username: str(), email: email(), full_name: nullable(str(), { default: null }) },
  { title: 'BaseUser' },
)

const UserIn = object({ ...BaseUser.fields, password: str() }, { title: 'UserIn' })

export const app = new App()

app.post('/user/', { in: { user: body(UserIn) }, out: { 200: BaseUser } }, ({ user }) => user)
