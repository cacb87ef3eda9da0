import type { TestClient, TestRequestOptions, TestResponse } from '../../../src/testing/index.ts'

/** A client that keeps cookies, as far as the tests need it. */
export class Browser {
  readonly cookies: Map<string, string> = new Map()
  /** Every `set-cookie` there was. */
  readonly received: string[] = []
  readonly #client: TestClient

  constructor(client: TestClient) {
    this.#client = client
  }

  get(path: string, options?: TestRequestOptions): Promise<TestResponse> {
    return this.send('GET', path, options)
  }

  post(path: string, options?: TestRequestOptions): Promise<TestResponse> {
    return this.send('POST', path, options)
  }

  async send(method: string, path: string, options?: TestRequestOptions): Promise<TestResponse> {
    const cookies = Object.fromEntries(this.cookies)
    const response = await this.#client.request(method, path, { cookies, ...options })
    for (const line of response.headers.getSetCookie()) {
      this.received.push(line)
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (line.includes('Max-Age=0')) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return response
  }
}
