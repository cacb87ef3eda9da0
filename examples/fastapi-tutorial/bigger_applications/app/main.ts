import { App } from '../../../../src/index.ts'
import { queryToken, tokenHeader } from './dependencies.ts'
import { admin } from './internal/admin.ts'
import { items } from './routers/items.ts'
import { users } from './routers/users.ts'

export const app = new App({ in: { queryToken } })

app.include(users)
app.include(items)
app.include(admin, {
  prefix: '/admin',
  tags: ['admin'],
  in: { tokenHeader },
  responses: { 418: { description: "I'm a teapot" } },
})

app.get('/', () => ({ message: 'Hello Bigger Applications!' }))
