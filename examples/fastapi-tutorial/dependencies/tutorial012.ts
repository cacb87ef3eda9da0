import { App, dep, get, HttpError, header, router, str } from '../../../src/index.ts'

const verifyToken = dep({ token: header('x-token', str()) }, ({ token }) => {
  if (token !== 'fake-super-secret-token') throw new HttpError(400, 'X-Token header invalid')
})

const verifyKey = dep({ key: header('x-key', str()) }, ({ key }) => {
  if (key !== 'fake-super-secret-key') throw new HttpError(400, 'X-Key header invalid')
  return key
})

const items = get('/items/', () => [{ item: 'Portal Gun' }, { item: 'Plumbus' }])
const users = get('/users/', () => [{ username: 'Rick' }, { username: 'Morty' }])

export const app = new App()

app.include(router({ items, users }, { in: { verifyToken, verifyKey } }))
