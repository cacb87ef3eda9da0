import { App, get, type Middleware, router } from '../../../src/index.ts'

const responseTime: Middleware = (request, next) => {
  const before = performance.now()
  return next(request).then((response) => {
    const seconds = (performance.now() - before) / 1000
    console.log(`route duration: ${seconds}`)
    return response.withHeaders({ 'x-response-time': `${seconds}` })
  })
}

const timed = get('/timed', () => ({ message: "It's the time of my life" }))

export const app = new App()

app.get('/', () => ({ message: 'Not timed' }))

app.include(router({ timed }, { use: [responseTime] }))
