import { App, HttpError, int, object, str, union } from '../../../src/index.ts'

const CarItem = object({ description: str(), type: str({ default: 'car' }) }, { title: 'CarItem' })
const PlaneItem = object(
  { description: str(), type: str({ default: 'plane' }), size: int() },
  { title: 'PlaneItem' },
)

const items = new Map(
  Object.entries({
    item1: { description: 'All my friends drive a low rider', type: 'car' },
    item2: { description: "Music is my aeroplane, it's my aeroplane", type: 'plane', size: 5 },
  }),
)

export const app = new App()

app.get('/items/{item_id}', { out: { 200: union(PlaneItem, CarItem) } }, ({ item_id }) => {
  const item = items.get(item_id)
  if (item === undefined) throw new HttpError(404)
  return item
})
