/** The models as JSON Schema; undeclared keys are refused, or removed where the library can. */
const closed = (properties, optional = []) => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((key) => !optional.includes(key)),
  additionalProperties: false,
})

const text = (more = {}) => ({ type: 'string', ...more })

export const small = closed(
  {
    id: { type: 'integer', minimum: 1 },
    name: text({ minLength: 1, maxLength: 100 }),
    price: { type: 'number', minimum: 0 },
    active: { type: 'boolean' },
    note: text(),
  },
  ['note'],
)

const address = closed({
  street: text({ maxLength: 200 }),
  city: text({ maxLength: 100 }),
  zip: text({ pattern: '^[0-9]{5}$' }),
  country: text({ enum: ['DE', 'FR', 'US'] }),
})

const line = closed({
  sku: text({ minLength: 3, maxLength: 20 }),
  quantity: { type: 'integer', minimum: 1, maximum: 1000 },
  price: { type: 'number', minimum: 0 },
  tags: { type: 'array', items: text({ maxLength: 30 }), maxItems: 10 },
})

export const medium = closed(
  {
    id: { type: 'integer', minimum: 1 },
    customer: closed({
      name: text({ minLength: 1, maxLength: 100 }),
      email: text({ maxLength: 254 }),
      vip: { type: 'boolean' },
      phone: { type: ['string', 'null'] },
    }),
    shipping: address,
    billing: address,
    items: { type: 'array', items: line, minItems: 1, maxItems: 100 },
    total: { type: 'number', minimum: 0 },
    status: text({ enum: ['open', 'paid', 'sent', 'done'] }),
    comment: text({ maxLength: 1000 }),
  },
  ['billing', 'comment'],
)

export const large = closed({
  id: { type: 'integer', minimum: 1 },
  items: { type: 'array', items: small },
})
