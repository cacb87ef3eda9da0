/** Values as they come from the wire; each case walks through several, of two shapes. */
const ROWS = 100

export interface Product {
  readonly id: number
  readonly name: string
  readonly price: number
  readonly active: boolean
  readonly note?: string
}

export function product(i: number): Product {
  const required = { id: i + 1, name: `Product ${i}`, price: i * 1.25 + 0.99, active: i % 2 === 0 }
  return i % 3 === 0 ? required : { ...required, note: 'A short note, nothing more.' }
}

interface Order {
  readonly id: number
}

function address(i: number): object {
  return { street: `Some Street ${i}`, city: 'Springfield', zip: `${10_000 + i}`, country: 'US' }
}

function line(i: number): object {
  return { sku: `SKU-${i}`, quantity: (i % 9) + 1, price: 9.99 * ((i % 4) + 1), tags: ['new'] }
}

function order(i: number): Order {
  return {
    id: i + 1,
    customer: {
      name: `Ada Lovelace ${i}`,
      email: `ada${i}@example.com`,
      vip: i % 2 === 0,
      phone: i % 2 === 0 ? null : '+49 30 1234567',
    },
    shipping: address(i),
    ...(i % 2 === 0 ? undefined : { billing: address(i + 1) }),
    items: [line(i), line(i + 1), line(i + 2)],
    total: 59.94,
    status: 'paid',
    ...(i % 3 === 0 ? undefined : { comment: 'Please ring twice, the bell is broken.' }),
  } as Order
}

interface Page {
  readonly id: number
  readonly items: readonly Product[]
}

function page(i: number): Page {
  return { id: i + 1, items: Array.from({ length: ROWS }, (_, row) => product(i + row)) }
}

/** Fresh from `JSON.parse`, as a body is. */
function received<Value>(count: number, make: (i: number) => Value): readonly Value[] {
  return Array.from({ length: count }, (_, i) => JSON.parse(JSON.stringify(make(i))))
}

export const SMALL: readonly Product[] = received(64, product)
export const MEDIUM: readonly Order[] = received(64, order)
export const LARGE: readonly Page[] = received(8, page)

/** With a column that the model does not have, as rows of a table often have. */
export const SMALL_WITH_SECRET: readonly Product[] = received(64, (i) => ({
  ...product(i),
  passwordHash: 'c2VjcmV0',
}))

/** Two fields are wrong in each. */
export const SMALL_WRONG: readonly object[] = received(64, (i) => ({
  ...product(i),
  id: 0,
  price: 'free',
}))
export const FAILURES = 2
