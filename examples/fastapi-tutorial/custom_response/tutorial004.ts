import { App, type HttpResponse, html } from '../../../src/index.ts'

const page = (): HttpResponse =>
  html(`
    <html>
        <head>
            <title>Some HTML in here</title>
        </head>
        <body>
            <h1>Look ma! HTML!</h1>
        </body>
    </html>
    `)

export const app = new App()

app.get('/items/', { mediaType: 'text/html' }, page)
