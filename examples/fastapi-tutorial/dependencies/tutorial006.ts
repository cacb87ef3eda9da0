import { App, dep, HttpError, header, str } from '../../../src/index.ts'

const verifyToken = dep({ token: header('x-token', str()) }, ({ token }) => {
  if (token !== 'fake-super-secret-token') throw new HttpError(400, 'X-Token header invalid')
})

const verifyKey = dep({ key: header('x-key', str()) }, ({ key }) => {
  if (key !== 'fake-super-secret-key') throw new HttpError(400, 'X-Key header invalid')
  return key
})

export const app = new App()

app.get('/items/', { in: { verifyToken, verifyKey } }, () => [{ item: 'Foo' }, { item: 'Bar' }])
