import { App } from '../../../src/index.ts'

export const app = new App()

app.get('/items/', { openapiExtra: { 'x-aperture-labs-portal': 'blue' } }, () => [
  { item_id: 'portal-gun' },
])
