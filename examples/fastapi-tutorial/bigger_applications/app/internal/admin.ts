import { post, router } from '../../../../../src/index.ts'

const updateAdmin = post('/', () => ({ message: 'Admin getting schwifty' }))

export const admin = router({ updateAdmin })
