/** What the reactors of the TLS tests run: the certificate comes as files. */
import { App } from '../../../src/app/index.ts'
import { Reactor } from '../../../src/reactor/index.ts'

const app = new App()
app.get('/', { in: {} }, () => Reactor.coreId)
app.get('/reload', async () => {
  await app.server?.reloadCertificates()
  return 'reloaded'
})
const folder = process.env['TEST_TLS_FOLDER']
await app.listen({ tls: { certFile: `${folder}/cert.pem`, keyFile: `${folder}/key.pem` } })
