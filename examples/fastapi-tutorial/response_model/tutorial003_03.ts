import { App, redirect } from '../../../src/index.ts'

export const app = new App()

app.get('/teleport', () => redirect('https://www.youtube.com/watch?v=dQw4w9WgXcQ'))
