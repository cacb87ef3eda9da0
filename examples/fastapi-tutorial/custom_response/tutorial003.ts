import { App, html } from '../../../src/index.ts'

export const app = new App()

app.get('/items/', () =>
  html(`
    <html>
        <head>
            <title>Some HTML in here</title>
        </head>
        <body>
            <h1>Look ma! HTML!</h1>
        </body>
    </html>
    `),
)
