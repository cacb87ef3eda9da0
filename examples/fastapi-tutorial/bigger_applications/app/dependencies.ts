import { dep, HttpError, header, query, str } from '../../../../src/index.ts'

export const tokenHeader = dep({ token: header('x-token', str()) }, ({ token }) => {
  if (token !== 'fake-super-secret-token') throw new HttpError(400, 'X-Token header invalid')
})

export const queryToken = dep({ token: query(str()) }, ({ token }) => {
  if (token !== 'jessica') throw new HttpError(400, 'No Jessica token provided')
})
