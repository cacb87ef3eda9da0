import { expectTypeOf } from 'expect-type'
import {
  App,
  events,
  file,
  files,
  form,
  lastEventId,
  parts,
  reply,
  signedCookie,
} from '../../src/app/index.ts'
import {
  CookieSigner,
  type MultipartPart,
  type ServerSentEvent,
  type UploadFile,
} from '../../src/http/index.ts'
import { array, int, object, optional, str } from '../../src/schema/index.ts'

const app = new App()
const signer = new CookieSigner('x'.repeat(32))
const Tick = object({ n: int() })

app.post(
  '/inputs',
  {
    in: {
      name: form(),
      age: form(optional(int())),
      tags: form('tag', array(str())),
      whole: form(object({ a: int() })),
      photo: file({ maxBytes: 5 }),
      spare: file({ optional: true }),
      more: files(),
      session: signedCookie(signer),
      user: signedCookie('user-id', signer, int()),
      from: lastEventId(),
      number: lastEventId(int()),
    },
  },
  (inputs) => {
    expectTypeOf(inputs.name).toEqualTypeOf<string>()
    expectTypeOf(inputs.age).toEqualTypeOf<number | undefined>()
    expectTypeOf(inputs.tags).toEqualTypeOf<string[]>()
    expectTypeOf(inputs.whole.a).toEqualTypeOf<number>()
    expectTypeOf(inputs.photo).toEqualTypeOf<UploadFile>()
    expectTypeOf(inputs.spare).toEqualTypeOf<UploadFile | undefined>()
    expectTypeOf(inputs.more).toEqualTypeOf<readonly UploadFile[]>()
    expectTypeOf(inputs.session).toEqualTypeOf<string>()
    expectTypeOf(inputs.user).toEqualTypeOf<number>()
    expectTypeOf(inputs.from).toEqualTypeOf<string | undefined>()
    expectTypeOf(inputs.number).toEqualTypeOf<number>()
  },
)

app.post('/parts', { in: { parts: parts() } }, ({ parts }) => {
  expectTypeOf(parts).toEqualTypeOf<AsyncIterable<MultipartPart>>()
})

// The data of each event is what the schema says.
app.get('/ticks', { out: { 200: events(Tick) } }, async function* () {
  yield { data: { n: 1 } }
})
app.get('/later', { out: { 200: events(Tick), 204: null } }, async () =>
  Math.random() > 2 ? reply(204) : [{ data: { n: 1 }, id: 5 }],
)
// @ts-expect-error -- n is a number
app.get('/wrong', { out: { 200: events(Tick) } }, async function* () {
  yield { data: { n: '1' } }
})
// @ts-expect-error -- an event has no such part
app.get('/unknown', { out: { 200: events(Tick) } }, (): AsyncIterable<{ payload: number }> => {
  throw new Error('never called')
})
app.get('/free', { out: { 200: events() } }, async function* (): AsyncGenerator<ServerSentEvent> {
  yield { data: 'text', event: 'x', retry: 5, comment: 'c' }
})
