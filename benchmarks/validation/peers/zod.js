import { z } from 'zod'
import { contestantOf } from '../cases.ts'

const small = z.object({
  id: z.int().min(1),
  name: z.string().min(1).max(100),
  price: z.number().min(0),
  active: z.boolean(),
  note: z.string().optional(),
})

const address = z.object({
  street: z.string().max(200),
  city: z.string().max(100),
  zip: z.string().regex(/^[0-9]{5}$/),
  country: z.enum(['DE', 'FR', 'US']),
})

const line = z.object({
  sku: z.string().min(3).max(20),
  quantity: z.int().min(1).max(1000),
  price: z.number().min(0),
  tags: z.array(z.string().max(30)).max(10),
})

const medium = z.object({
  id: z.int().min(1),
  customer: z.object({
    name: z.string().min(1).max(100),
    email: z.string().max(254),
    vip: z.boolean(),
    phone: z.string().nullable(),
  }),
  shipping: address,
  billing: address.optional(),
  items: z.array(line).min(1).max(100),
  total: z.number().min(0),
  status: z.enum(['open', 'paid', 'sent', 'done']),
  comment: z.string().max(1000).optional(),
})

const large = z.object({ id: z.int().min(1), items: z.array(small) })

function modelOf(schema) {
  return {
    check: (value) => schema.parse(value),
    write: (value) => JSON.stringify(schema.parse(value)),
    countFailures: (value) => schema.safeParse(value).error?.issues.length ?? 0,
  }
}

/** @type {import('../cases.ts').Contestant} */
export const contestant = contestantOf({
  small: modelOf(small),
  medium: modelOf(medium),
  large: modelOf(large),
})
