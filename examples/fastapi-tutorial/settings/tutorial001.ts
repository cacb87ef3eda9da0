import { App, int, object, preprocess, str } from '../../../src/index.ts'

const Settings = object({
  app_name: str({ inputAlias: 'APP_NAME', default: 'Awesome API' }),
  admin_email: str({ inputAlias: 'ADMIN_EMAIL' }),
  items_per_user: preprocess(Number, int({ inputAlias: 'ITEMS_PER_USER', default: 50 })),
})

const settings = Settings.parse(process.env)
export const app = new App()

app.get('/info', () => settings)
