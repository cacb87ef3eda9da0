import { App, type Middleware } from '../../../src/index.ts'

const addProcessTime: Middleware = async (request, next) => {
  const start = performance.now()
  const response = await next(request)
  return response.withHeaders({ 'x-process-time': `${(performance.now() - start) / 1000}` })
}

export const app = new App({ use: [addProcessTime] })
