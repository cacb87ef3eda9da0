import { type Infer, int, object, preprocess, str } from '../../../../src/index.ts'

export const Settings = object({
  app_name: str({ inputAlias: 'APP_NAME', default: 'Awesome API' }),
  admin_email: str({ inputAlias: 'ADMIN_EMAIL' }),
  items_per_user: preprocess(Number, int({ inputAlias: 'ITEMS_PER_USER', default: 50 })),
})
export type Settings = Infer<typeof Settings>
