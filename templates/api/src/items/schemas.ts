import { type Infer, int, object, str } from 'fasterapi'

export const NewItem = object(
  { name: str({ minLength: 1, maxLength: 100 }), price: int({ min: 0 }) },
  { title: 'NewItem' },
)
export type NewItem = Infer<typeof NewItem>

export const Item = object({ id: int(), name: str(), price: int() }, { title: 'Item' })
export type Item = Infer<typeof Item>

export const Problem = object({ detail: str() }, { title: 'Problem' })
