import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { contestantOf } from '../cases.ts'

// Without this, undeclared keys pass, and cleaning them up is a second walk over the value.
const closed = (fields) => Type.Object(fields, { additionalProperties: false })
const literals = (...values) => Type.Union(values.map((value) => Type.Literal(value)))

const small = closed({
  id: Type.Integer({ minimum: 1 }),
  name: Type.String({ minLength: 1, maxLength: 100 }),
  price: Type.Number({ minimum: 0 }),
  active: Type.Boolean(),
  note: Type.Optional(Type.String()),
})

const address = closed({
  street: Type.String({ maxLength: 200 }),
  city: Type.String({ maxLength: 100 }),
  zip: Type.String({ pattern: '^[0-9]{5}$' }),
  country: literals('DE', 'FR', 'US'),
})

const line = closed({
  sku: Type.String({ minLength: 3, maxLength: 20 }),
  quantity: Type.Integer({ minimum: 1, maximum: 1000 }),
  price: Type.Number({ minimum: 0 }),
  tags: Type.Array(Type.String({ maxLength: 30 }), { maxItems: 10 }),
})

const medium = closed({
  id: Type.Integer({ minimum: 1 }),
  customer: closed({
    name: Type.String({ minLength: 1, maxLength: 100 }),
    email: Type.String({ maxLength: 254 }),
    vip: Type.Boolean(),
    phone: Type.Union([Type.String(), Type.Null()]),
  }),
  shipping: address,
  billing: Type.Optional(address),
  items: Type.Array(line, { minItems: 1, maxItems: 100 }),
  total: Type.Number({ minimum: 0 }),
  status: literals('open', 'paid', 'sent', 'done'),
  comment: Type.Optional(Type.String({ maxLength: 1000 })),
})

const large = closed({ id: Type.Integer({ minimum: 1 }), items: Type.Array(small) })

function modelOf(type) {
  const compiled = Compile(type)
  return {
    check: (value) => {
      if (!compiled.Check(value)) throw new Error('invalid')
      return value
    },
    countFailures: (value) => compiled.Errors(value).length,
  }
}

/** @type {import('../cases.ts').Contestant} */
export const contestant = contestantOf({
  small: modelOf(small),
  medium: modelOf(medium),
  large: modelOf(large),
})
