/** A program for the tests of `app.run`: `node run-program.ts PORT`. */
import { App } from '../../src/app/index.ts'
import { sleep } from '../../src/future/index.ts'

const app = new App({ title: 'Program', version: '1.2.3' })
app.get('/slow', () => {
  console.log('entered')
  return sleep(100).then(() => 'finished')
})
app.onStop(() => console.log('stop hook ran'))
await app.run({ port: Number(process.argv[2]), reactors: 1 })
