import type { Future } from '../../../src/future/index.ts'
import type { PgPool, QueryOptions } from '../../../src/pg/index.ts'

export interface UserRow {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly city: string
  readonly credits: number
  readonly createdAt: Date
  /** Selected on purpose: the response model is what keeps it from leaving. */
  readonly passwordHash: string
}

export interface OrderRow {
  readonly id: number
  readonly status: 'placed' | 'paid' | 'shipped' | 'delivered'
  readonly placedAt: Date
  readonly totalCents: number
}

export interface ItemRow {
  readonly orderId: number
  readonly productId: number
  readonly name: string
  readonly category: string
  readonly quantity: number
  readonly unitPriceCents: number
}

export interface SpenderRow {
  readonly id: number
  readonly name: string
  readonly city: string
  readonly orders: number
  readonly spentCents: number
}

export function findUser(
  db: PgPool,
  id: number,
  options?: QueryOptions,
): Future<UserRow | undefined> {
  return db.maybeOne<UserRow>(
    `select id, name, email, city, credits, created_at as "createdAt",
            password_hash as "passwordHash"
     from users where id = $1`,
    [id],
    options,
  )
}

export function findOrders(db: PgPool, userId: number, options?: QueryOptions): Future<OrderRow[]> {
  return db.many<OrderRow>(
    `select id, status, placed_at as "placedAt",
            (select coalesce(sum(quantity * unit_price_cents), 0)::int
             from order_items where order_id = orders.id) as "totalCents"
     from orders where user_id = $1 order by placed_at desc, id`,
    [userId],
    options,
  )
}

export function findItems(
  db: PgPool,
  orderIds: readonly number[],
  options?: QueryOptions,
): Future<ItemRow[]> {
  return db.many<ItemRow>(
    `select order_id as "orderId", product_id as "productId", name, category, quantity,
            unit_price_cents as "unitPriceCents"
     from order_items join products on products.id = product_id
     where order_id = any($1::int[]) order by order_id, product_id`,
    [orderIds],
    options,
  )
}

export function findTopSpenders(
  db: PgPool,
  limit: number,
  options?: QueryOptions,
): Future<SpenderRow[]> {
  return db.many<SpenderRow>(
    `select users.id, users.name, users.city, count(distinct orders.id)::int as orders,
            sum(quantity * unit_price_cents)::int as "spentCents"
     from users
     join orders on orders.user_id = users.id
     join order_items on order_items.order_id = orders.id
     group by users.id order by "spentCents" desc, users.id limit $1`,
    [limit],
    options,
  )
}

/** An order with what was ordered. */
export interface FullOrderRow extends OrderRow {
  readonly items: ItemRow[]
}

/** Puts items to their orders. */
export function withItems(orders: readonly OrderRow[], items: readonly ItemRow[]): FullOrderRow[] {
  const byOrder = Map.groupBy(items, ({ orderId }) => orderId)
  return orders.map((order) => ({ ...order, items: byOrder.get(order.id) ?? [] }))
}
