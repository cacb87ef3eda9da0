import { get, router } from '../../../../../src/index.ts'

const readUsers = get('/users/', () => [{ username: 'Rick' }, { username: 'Morty' }])

const readUserMe = get('/users/me', () => ({ username: 'fakecurrentuser' }))

const readUser = get('/users/{username}', ({ username }) => ({ username }))

export const users = router({ readUsers, readUserMe, readUser }, { tags: ['users'] })
