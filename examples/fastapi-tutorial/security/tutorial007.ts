import { App, dep, HttpError } from '../../../src/index.ts'
import { httpBasic, timingSafeEqual } from '../../../src/security/index.ts'

const currentUsername = dep({ credentials: httpBasic() }, ({ credentials }) => {
  // Both are always compared: the time says nothing about which one is wrong.
  const isUser = timingSafeEqual(credentials.username, 'stanleyjobson')
  const isPassword = timingSafeEqual(credentials.password, 'swordfish')
  if (isUser && isPassword) return credentials.username
  throw new HttpError(401, 'Incorrect username or password', { 'www-authenticate': 'Basic' })
})

export const app = new App()

app.get('/users/me', { in: { username: currentUsername } }, ({ username }) => ({ username }))
