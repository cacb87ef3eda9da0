import { App, dep } from '../../../src/index.ts'

const username = dep({ cleanup: 'handler' }, function* () {
  try {
    yield 'Rick'
  } finally {
    console.log('Cleanup up before response is sent')
  }
})

export const app = new App()

app.get('/users/me', { in: { username } }, ({ username }) => username)
