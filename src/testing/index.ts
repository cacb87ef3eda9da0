export { type AppOrHandler, appTransport } from './app-transport.ts'
export {
  TestClient,
  type TestClientOptions,
  type TestRequestOptions,
  type TestSocketOptions,
} from './test-client.ts'
export { TestRequest } from './test-request.ts'
export { TestResponse } from './test-response.ts'
export { TestSocket } from './test-socket.ts'
export { TestSocketRefusedError } from './test-socket-refused-error.ts'
