import { App } from '../../../src/index.ts'

export const app = new App()

app.static('/', 'dist', { mustExist: false }) // it is built later
