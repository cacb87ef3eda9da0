import { App } from '../../../src/index.ts'

export const app = new App()

app.get('/users/me', () => ({ user_id: 'the current user' }))

app.get('/users/{user_id}', ({ user_id }) => ({ user_id }))
