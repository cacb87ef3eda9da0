import { App, dep, int, nullable, query, str } from '../../../src/index.ts'

const q = query(nullable(str(), { default: null }))

const commonParameters = dep(
  { q, skip: query(int({ default: 0 })), limit: query(int({ default: 100 })) },
  (parameters) => parameters,
)

export const app = new App()

app.get('/items/', { in: { params: commonParameters } }, ({ params }) => ({
  message: 'Hello Items!',
  params,
}))

app.get('/users/', { in: { params: commonParameters } }, ({ params }) => ({
  message: 'Hello Users!',
  params,
}))

// A test does this, and undoes it in the end.
app.override(
  commonParameters,
  dep({ q }, ({ q }) => ({ q, skip: 5, limit: 10 })),
)
