import { App, body, email, type Infer, nullable, object, str } from '../../../src/index.ts'

const userFields = {
  username: str(),
  email: email(),
  full_name: nullable(str(), { default: null }),
}
const UserIn = object({ ...userFields, password: str() }, { title: 'UserIn' })
const UserOut = object(userFields, { title: 'UserOut' })

const hashPassword = (password: string) => `supersecret${password}`

const saveUser = ({ password, ...user }: Infer<typeof UserIn>) => ({
  ...user,
  hashed_password: hashPassword(password),
})

export const app = new App()

app.post('/user/', { in: { user: body(UserIn) }, out: { 200: UserOut } }, ({ user }) =>
  saveUser(user),
)
