import { App, text } from '../../../src/index.ts'

export const app = new App({
  compression: { encodings: ['gzip'], thresholdBytes: 1000, levels: { gzip: 5 } },
})

app.get('/', () => 'somebigcontent')

app.get('/large', { documented: false }, () => text('x'.repeat(4000)))
