import { App, int, settings, str } from '../../../src/index.ts'

/** From the environment; the program does not start if one is missing. */
const config = settings({
  app_name: str({ default: 'Awesome API' }),
  admin_email: str(),
  items_per_user: int({ default: 50 }),
})

export const app = new App()

app.get('/info', () => config)
