/** A program for the test of SIGHUP: `app.run` with TLS on one thread. */
import { App } from '../../../src/app/index.ts'

const app = new App()
app.get('/', () => 'ok')
const folder = process.env['TEST_TLS_FOLDER']
const tls = { certFile: `${folder}/cert.pem`, keyFile: `${folder}/key.pem` }
await app.run({ port: Number(process.argv[2]), reactors: 1, tls })
