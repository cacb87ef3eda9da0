import {
  array,
  bool,
  INVALID,
  Issues,
  int,
  literal,
  nullable,
  num,
  object,
  optional,
  type Schema,
  str,
} from '../../src/schema/index.ts'
import { contestantOf, type Model } from './cases.ts'

const product = object({
  id: int({ min: 1 }),
  name: str({ minLength: 1, maxLength: 100 }),
  price: num({ min: 0 }),
  active: bool(),
  note: optional(str()),
})

const address = object({
  street: str({ maxLength: 200 }),
  city: str({ maxLength: 100 }),
  zip: str({ pattern: '^[0-9]{5}$' }),
  country: literal('DE', 'FR', 'US'),
})

const line = object({
  sku: str({ minLength: 3, maxLength: 20 }),
  quantity: int({ min: 1, max: 1000 }),
  price: num({ min: 0 }),
  tags: array(str({ maxLength: 30 }), { maxItems: 10 }),
})

const order = object({
  id: int({ min: 1 }),
  customer: object({
    name: str({ minLength: 1, maxLength: 100 }),
    email: str({ maxLength: 254 }),
    vip: bool(),
    phone: nullable(str()),
  }),
  shipping: address,
  billing: optional(address),
  items: array(line, { minItems: 1, maxItems: 100 }),
  total: num({ min: 0 }),
  status: literal('open', 'paid', 'sent', 'done'),
  comment: optional(str({ maxLength: 1000 })),
})

const page = object({ id: int({ min: 1 }), items: array(product) })

export const schemas: Readonly<Record<'small' | 'medium' | 'large', Schema<unknown>>> = {
  small: product,
  medium: order,
  large: page,
}

function modelOf(schema: Schema<unknown>): Model {
  return {
    check: (value) => schema.parse(value),
    write: (value) => schema.stringify(value),
    countFailures: (value) => {
      const issues = new Issues()
      return schema.tier.check(value, issues) === INVALID ? issues.items.length : 0
    },
  }
}

/** Our schemas; undeclared keys never pass, neither in nor out. */
export const contestant = contestantOf({
  small: modelOf(schemas.small),
  medium: modelOf(schemas.medium),
  large: modelOf(schemas.large),
})
