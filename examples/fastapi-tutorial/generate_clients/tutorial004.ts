import {
  App,
  array,
  body,
  get,
  num,
  type OpenApiDocument,
  object,
  post,
  router,
  str,
} from '../../../src/index.ts'

const Item = object({ name: str(), price: num() }, { title: 'Item' })
const ResponseMessage = object({ message: str() }, { title: 'ResponseMessage' })
const User = object({ username: str(), email: str() }, { title: 'User' })

const createItem = post(
  '/items/',
  { in: { item: body(Item) }, out: { 200: ResponseMessage } },
  () => ({ message: 'Item received' }),
)
const getItems = get('/items/', { out: { 200: array(Item) } }, () => [
  { name: 'Plumbus', price: 3 },
  { name: 'Portal Gun', price: 9001 },
])
const createUser = post(
  '/users/',
  { in: { user: body(User) }, out: { 200: ResponseMessage } },
  () => ({ message: 'User received' }),
)

/** `items-createItem` becomes `createItem`, as clients with a class for each tag like it. */
function removeTags({ paths }: OpenApiDocument): void {
  for (const operation of Object.values(paths).flatMap((path) => Object.values(path))) {
    const [tag] = operation['tags'] as string[]
    operation['operationId'] = String(operation['operationId']).replace(`${tag}-`, '')
  }
}

export const app = new App({
  generateOperationId: ({ tags, name }) => `${tags[0]}-${name}`,
  transformOpenApi: removeTags,
})

app.include(router({ createItem, getItems }, { tags: ['items'] }))
app.include(router({ createUser }, { tags: ['users'] }))
