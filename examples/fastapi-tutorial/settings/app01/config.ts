import { int, object, preprocess, str } from '../../../../src/index.ts'

const Settings = object({
  app_name: str({ inputAlias: 'APP_NAME', default: 'Awesome API' }),
  admin_email: str({ inputAlias: 'ADMIN_EMAIL' }),
  items_per_user: preprocess(Number, int({ inputAlias: 'ITEMS_PER_USER', default: 50 })),
})

/** Fails, and with it the start of the program, if the environment lacks one. */
export const settings = Settings.parse(process.env)
