import { faker } from '@faker-js/faker'
import type { PgPool, PgTransaction } from '../../../src/pg/index.ts'

const USERS = 2_000
const PRODUCTS = 300
const ORDERS = 6_000
/** The same shop on every machine. */
const SEED = 20_240_229
/** Fixed, so that the same seed gives the same dates. */
const NOW = new Date('2026-01-15T12:00:00Z')

const STATUSES = ['placed', 'paid', 'shipped', 'delivered'] as const

/** Fills an empty shop with users, products and orders, all or nothing. */
export async function seed(db: PgPool): Promise<void> {
  faker.seed(SEED)
  faker.setDefaultRefDate(NOW)
  await db.transaction(async (tx) => {
    await insertUsers(tx)
    const pricesCents = await insertProducts(tx)
    await insertOrders(tx, pricesCents)
  })
  await db.exec('analyze')
}

async function insertUsers(tx: PgTransaction): Promise<void> {
  const users = Array.from({ length: USERS }, (_, index) => {
    const firstName = faker.person.firstName()
    const lastName = faker.person.lastName()
    const provider = `mail${index}.example`
    return {
      name: `${firstName} ${lastName}`,
      email: faker.internet.email({ firstName, lastName, provider }).toLowerCase(),
      city: faker.location.city(),
      credits: faker.number.int({ min: 0, max: 500 }),
      passwordHash: faker.string.hexadecimal({ length: 64, prefix: '' }),
      createdAt: faker.date.past({ years: 3 }),
    }
  })
  await tx.exec(
    `insert into users (name, email, city, credits, password_hash, created_at)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::timestamptz[])`,
    [
      users.map(({ name }) => name),
      users.map(({ email }) => email),
      users.map(({ city }) => city),
      users.map(({ credits }) => credits),
      users.map(({ passwordHash }) => passwordHash),
      users.map(({ createdAt }) => createdAt),
    ],
  )
}

/** @returns the prices, in the order of the ids from 1 */
async function insertProducts(tx: PgTransaction): Promise<number[]> {
  const products = Array.from({ length: PRODUCTS }, () => ({
    name: faker.commerce.productName(),
    category: faker.commerce.department(),
    priceCents: faker.number.int({ min: 199, max: 49_999 }),
  }))
  await tx.exec(
    `insert into products (name, category, price_cents)
     select * from unnest($1::text[], $2::text[], $3::int[])`,
    [
      products.map(({ name }) => name),
      products.map(({ category }) => category),
      products.map(({ priceCents }) => priceCents),
    ],
  )
  return products.map(({ priceCents }) => priceCents)
}

async function insertOrders(tx: PgTransaction, pricesCents: readonly number[]): Promise<void> {
  const orders = Array.from({ length: ORDERS }, (_, index) => ({
    // Everybody has ordered something; some have come back.
    userId: index < USERS ? index + 1 : faker.number.int({ min: 1, max: USERS }),
    status: faker.helpers.arrayElement(STATUSES),
    placedAt: faker.date.recent({ days: 365 }),
  }))
  const items = orders.flatMap((_, index) => {
    const count = faker.number.int({ min: 1, max: 5 })
    return faker.helpers
      .uniqueArray(() => faker.number.int({ min: 1, max: PRODUCTS }), count)
      .map((productId) => ({
        orderId: index + 1,
        productId,
        quantity: faker.number.int({ min: 1, max: 4 }),
        unitPriceCents: pricesCents[productId - 1] ?? 0,
      }))
  })
  await tx.exec(
    `insert into orders (user_id, status, placed_at)
     select * from unnest($1::int[], $2::text[], $3::timestamptz[])`,
    [
      orders.map(({ userId }) => userId),
      orders.map(({ status }) => status),
      orders.map(({ placedAt }) => placedAt),
    ],
  )
  await tx.exec(
    `insert into order_items (order_id, product_id, quantity, unit_price_cents)
     select * from unnest($1::int[], $2::int[], $3::int[], $4::int[])`,
    [
      items.map(({ orderId }) => orderId),
      items.map(({ productId }) => productId),
      items.map(({ quantity }) => quantity),
      items.map(({ unitPriceCents }) => unitPriceCents),
    ],
  )
}
