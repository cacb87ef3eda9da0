import { App, dep, int, nullable, query, str } from '../../../src/index.ts'

const commonParameters = dep(
  {
    q: query(nullable(str(), { default: null })),
    skip: query(int({ default: 0 })),
    limit: query(int({ default: 100 })),
  },
  (parameters) => parameters,
)

export const app = new App()

app.get('/items/', { in: { commons: commonParameters } }, ({ commons }) => commons)

app.get('/users/', { in: { commons: commonParameters } }, ({ commons }) => commons)
