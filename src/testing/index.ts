export { TestClient, type TestClientOptions, type TestRequestOptions } from './test-client.ts'
export { TestRequest } from './test-request.ts'
export { TestResponse } from './test-response.ts'
