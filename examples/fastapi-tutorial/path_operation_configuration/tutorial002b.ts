import { App } from '../../../src/index.ts'

const tags = { items: 'items', users: 'users' } as const

export const app = new App()

app.get('/items/', { tags: [tags.items] }, () => ['Portal gun', 'Plumbus'])

app.get('/users/', { tags: [tags.users] }, () => ['Rick', 'Morty'])
