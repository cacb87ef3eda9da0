import { App } from '../../../src/index.ts'

export const app = new App({
  compression: { encodings: ['gzip'], thresholdBytes: 1000, levels: { gzip: 5 } },
})

app.get('/', () => 'somebigcontent')
