import { array, datetime, email, int, literal, object, str } from '../../src/index.ts'

const id = int({ min: 1 })
const cents = int({ description: 'In cents.' })

export const User = object(
  { id, name: str(), email: email(), city: str(), credits: int({ min: 0 }), createdAt: datetime() },
  { title: 'User', description: 'A customer. The password hash stays in the database.' },
)

const Order = object(
  {
    id,
    status: literal('placed', 'paid', 'shipped', 'delivered'),
    placedAt: datetime(),
    totalCents: cents,
  },
  { title: 'Order' },
)

export const UserOrders = object({ user: User, orders: array(Order) }, { title: 'UserOrders' })

const OrderItem = object(
  { productId: id, name: str(), category: str(), quantity: int({ min: 1 }), unitPriceCents: cents },
  { title: 'OrderItem' },
)

const FullOrder = object(
  {
    id,
    status: literal('placed', 'paid', 'shipped', 'delivered'),
    placedAt: datetime(),
    totalCents: cents,
    items: array(OrderItem),
  },
  { title: 'FullOrder' },
)

export const FullUser = object(
  { user: User, orders: array(FullOrder) },
  { title: 'FullUser', description: 'Three levels: the user, the orders, and what was ordered.' },
)

export const CreditChange = object(
  {
    delta: int({
      min: -1_000_000,
      max: 1_000_000,
      description: 'Added to the credits; negative to spend.',
      examples: [50, -20],
    }),
  },
  { title: 'CreditChange' },
)

export const Credits = object({ id, credits: int({ min: 0 }) }, { title: 'Credits' })

export const Spender = object(
  { id, name: str(), city: str(), orders: int({ min: 0 }), spentCents: cents },
  { title: 'Spender' },
)

export const Problem = object({ detail: str() }, { title: 'Problem' })

export const Health = object(
  {
    status: literal('ok', 'degraded', 'unavailable'),
    reactors: array(
      object({ reactor: int({ min: 0 }), database: literal('ok', 'unreachable', 'unknown') }),
    ),
    uptimeSeconds: int({ min: 0 }),
  },
  { title: 'Health' },
)
