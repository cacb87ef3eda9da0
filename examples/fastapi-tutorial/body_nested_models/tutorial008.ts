import { App, array, body, httpUrl, object, str } from '../../../src/index.ts'

const Image = object({ url: httpUrl(), name: str() }, { title: 'Image' })

export const app = new App()

app.post('/images/multiple/', { in: { images: body(array(Image)) } }, ({ images }) => images)
