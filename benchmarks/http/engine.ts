import { HttpError, HttpResponse, HttpServer } from '../../src/http/index.ts'

/** The engine below the framework: no routes, no inputs, no response model. */
const server = await new HttpServer((request) => {
  if (request.path !== '/') throw new HttpError(404, 'Not Found')
  return new HttpResponse(200, JSON.stringify({ message: 'Hello, World!' }), 'application/json')
}).listen({ port: 0, host: '127.0.0.1' })

process.stdout.write(`${JSON.stringify({ port: server.port })}\n`)
