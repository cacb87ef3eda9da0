import { readFileSync } from 'node:fs'
import { App, html } from '../../../src/index.ts'

const notFound = readFileSync('dist/404.html', 'utf8')

export const app = new App()

app.static('/', 'dist')
app.onError(404, () => html(notFound, { status: 404 }))
