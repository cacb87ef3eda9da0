export { type AppOrHandler, appTransport } from './app-transport.ts'
export { TestClient, type TestClientOptions, type TestRequestOptions } from './test-client.ts'
export { TestRequest } from './test-request.ts'
export { TestResponse } from './test-response.ts'
