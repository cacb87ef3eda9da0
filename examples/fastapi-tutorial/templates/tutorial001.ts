import path from 'node:path'
import { Eta } from 'eta'
import { App, html, request } from '../../../src/index.ts'

const here = import.meta.dirname
const templates = new Eta({ views: path.join(here, 'templates') }) // escapes what it is given

export const app = new App()

app.static('/static', path.join(here, 'static'))

app.get('/items/{id}', { in: { asked: request() }, mediaType: 'text/html' }, ({ id, asked }) => {
  const root = `http://${asked.header('host')}`
  return html(templates.render('item', { id, root }))
})
