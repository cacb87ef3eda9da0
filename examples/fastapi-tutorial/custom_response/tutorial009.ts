import { App, request, sendFile } from '../../../src/index.ts'

export const app = new App()

app.get('/', { in: { asked: request() } }, ({ asked }) => sendFile(asked, 'large-video-file.mp4'))
