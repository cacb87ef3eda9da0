import { expectTypeOf } from 'expect-type'
import { App, type Dependency, dep } from '../../src/app/index.ts'
import type { Future } from '../../src/future/index.ts'
import { array, int, object, optional, str } from '../../src/schema/index.ts'
import {
  apiKey,
  type BasicCredentials,
  type Csrf,
  csrf,
  type HttpCredentials,
  httpBasic,
  httpBearer,
  httpDigest,
  type JwtClaims,
  jwt,
  memorySessionStore,
  oauth2Password,
  oauth2PasswordRequestForm,
  type PasswordRequest,
  type SecurityScopes,
  type Session,
  security,
  securityScopes,
  session,
  signJwt,
  verifyPassword,
} from '../../src/security/index.ts'

type ValueOf<Declared> = Declared extends Dependency<infer Value> ? Value : never

const secret = 'secret'

// What a scheme gives, and that it may give nothing where it answers no 401.
const key = apiKey({ in: 'header', name: 'x-key' })
expectTypeOf<ValueOf<typeof key>>().toEqualTypeOf<string>()
const perhaps = apiKey({ in: 'header', name: 'x-key', autoError: false })
expectTypeOf<ValueOf<typeof perhaps>>().toEqualTypeOf<string | undefined>()
const basic = httpBasic()
expectTypeOf<ValueOf<typeof basic>>().toEqualTypeOf<BasicCredentials>()
const perhapsBasic = httpBasic({ autoError: false })
expectTypeOf<ValueOf<typeof perhapsBasic>>().toEqualTypeOf<BasicCredentials | undefined>()
const bearer = httpBearer({ autoError: true })
expectTypeOf<ValueOf<typeof bearer>>().toEqualTypeOf<HttpCredentials>()
const digest = httpDigest({ autoError: false })
expectTypeOf<ValueOf<typeof digest>>().toEqualTypeOf<HttpCredentials | undefined>()
const token = oauth2Password({ tokenUrl: 'token' })
expectTypeOf<ValueOf<typeof token>>().toEqualTypeOf<string>()
const login = oauth2PasswordRequestForm()
expectTypeOf<ValueOf<typeof login>>().toEqualTypeOf<PasswordRequest>()

// @ts-expect-error -- a path is no place for a key
apiKey({ in: 'path', name: 'key' })
// @ts-expect-error -- the name of the key is missing
apiKey({ in: 'query' })
// @ts-expect-error -- the URL of the tokens is missing
oauth2Password({})

// Claims: as they come, or as their schema says; nothing where the scheme gives nothing.
const claims = jwt({ secret })
expectTypeOf<ValueOf<typeof claims>>().toEqualTypeOf<JwtClaims>()
const typed = jwt({ secret, claims: object({ sub: str(), roles: array(str()) }) })
expectTypeOf<ValueOf<typeof typed>['roles']>().toEqualTypeOf<string[]>()
const none = jwt({ secret, scheme: httpBearer({ autoError: false }) })
expectTypeOf<ValueOf<typeof none>>().toEqualTypeOf<JwtClaims | undefined>()
// @ts-expect-error -- credentials of that kind hold no token
jwt({ secret, scheme: httpBasic() })
// @ts-expect-error -- unsigned tokens are never accepted
jwt({ secret, algorithms: ['none'] })

// Scopes keep the value of what they are required of.
const scoped = security(typed, ['items'])
expectTypeOf<ValueOf<typeof scoped>['sub']>().toEqualTypeOf<string>()
dep({ required: securityScopes() }, ({ required }) => {
  expectTypeOf(required).toEqualTypeOf<SecurityScopes>()
})
// @ts-expect-error -- an input is no dependency
security(securityScopes(), ['items'])
// @ts-expect-error -- scopes are a list
security(typed, 'items')

// Data of sessions may be absent, and may be written.
interface Data {
  readonly userId: number
  readonly cart: readonly string[]
}
const current = session<Data>({ secret, store: memorySessionStore() })
const app = new App()
app.get('/', { in: { current, token } }, (inputs) => {
  expectTypeOf(inputs.current).toEqualTypeOf<Session<Data>>()
  expectTypeOf(inputs.current.data.userId).toEqualTypeOf<number | undefined>()
  expectTypeOf(inputs.token).toEqualTypeOf<string>()
  inputs.current.data.userId = 7
  // @ts-expect-error -- a user id is a number
  inputs.current.data.userId = '7'
  // @ts-expect-error -- there is no such datum
  inputs.current.data.name = 'Ann'
})
const bySchema = session({ secret, data: object({ visits: optional(int()) }) })
expectTypeOf<ValueOf<typeof bySchema>['data']['visits']>().toEqualTypeOf<number | undefined>()

const guard = csrf({ secret, session: current })
expectTypeOf<ValueOf<typeof guard>>().toEqualTypeOf<Csrf>()
expectTypeOf<ValueOf<typeof guard.form>['token']>().toEqualTypeOf<string>()

expectTypeOf(signJwt({ sub: 'x' }, { secret })).toEqualTypeOf<Future<string>>()
expectTypeOf(verifyPassword('x', undefined)).toEqualTypeOf<Future<boolean>>()
