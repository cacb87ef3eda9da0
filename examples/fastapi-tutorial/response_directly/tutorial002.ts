import { App, reply } from '../../../src/index.ts'

const shampoo = `<?xml version="1.0"?>
    <shampoo>
    <Header>
        Apply shampoo here.
    </Header>
    <Body>
        You'll have to use soap here.
    </Body>
    </shampoo>
    `

export const app = new App()

app.get('/legacy/', () => reply(200, shampoo, { headers: { 'content-type': 'application/xml' } }))
