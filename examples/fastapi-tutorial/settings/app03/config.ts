import { int, settings, str } from '../../../../src/index.ts'

const MODEL = {
  app_name: str({ default: 'Awesome API' }),
  admin_email: str(),
  items_per_user: int({ default: 50 }),
}

/** Read when the app starts, not when the file is. */
export const readSettings = () => settings(MODEL, { envFile: '.env' })
