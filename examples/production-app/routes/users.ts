import {
  body,
  type Dependency,
  get,
  HttpError,
  post,
  type RouteGroup,
  router,
  whenAll,
} from '../../../src/index.ts'
import { NoRowsError, PgError, type PgPool } from '../../../src/pg/index.ts'
import { findItems, findOrders, findUser, withItems } from '../database/queries.ts'
import { CreditChange, Credits, FullUser, Problem, User, UserOrders } from '../models.ts'

const CHECK_VIOLATION = '23514'
/** Optimistic transactions may have to be tried again when they meet. */
const MAX_RETRIES = 5

function noSuchUser(id: number): HttpError {
  return new HttpError(404, `There is no user ${id}`)
}

/** What is said about the three reads; both styles share it. */
function readOptions(db: Dependency<PgPool>, tag: string) {
  const shared = { in: { db }, tags: [tag] }
  return {
    user: { ...shared, out: { 200: User, 404: Problem }, summary: 'One user' },
    orders: {
      ...shared,
      out: { 200: UserOrders, 404: Problem },
      summary: 'A user and the orders, read in parallel',
    },
    full: {
      ...shared,
      out: { 200: FullUser, 404: Problem },
      summary: 'A user, the orders and what was ordered',
    },
  }
}

/** Users in the `async` style. */
export function userRoutes(db: Dependency<PgPool>): RouteGroup {
  const reads = readOptions(db, 'users')

  const user = get('/users/{id:int}', reads.user, async ({ id, db }) => {
    const found = await findUser(db, id)
    if (found === undefined) throw noSuchUser(id)
    return found
  })

  const orders = get('/users/{id:int}/orders', reads.orders, async ({ id, db }) => {
    const [user, orders] = await whenAll([findUser(db, id), findOrders(db, id)])
    if (user === undefined) throw noSuchUser(id)
    return { user, orders }
  })

  const full = get('/users/{id:int}/full', reads.full, async ({ id, db }) => {
    const user = await findUser(db, id)
    if (user === undefined) throw noSuchUser(id)
    const orders = await findOrders(db, id)
    const items = await findItems(
      db,
      orders.map((order) => order.id),
    )
    return { user, orders: withItems(orders, items) }
  })

  const credits = post(
    '/users/{id:int}/credits',
    {
      in: { db, change: body(CreditChange) },
      out: { 200: Credits, 404: Problem, 409: Problem },
      summary: 'Add or spend credits',
      tags: ['users'],
    },
    async ({ id, db, change }) => {
      try {
        return await changeCredits(db, id, change.delta)
      } catch (error) {
        if (error instanceof NoRowsError) throw noSuchUser(id)
        if (error instanceof PgError && error.sqlState === CHECK_VIOLATION) {
          throw new HttpError(409, `User ${id} has less than ${-change.delta} credits`)
        }
        throw error
      }
    },
  )

  return router({ user, orders, full, credits })
}

function changeCredits(db: PgPool, id: number, delta: number) {
  return db.transaction(
    async (tx) => {
      await tx.exec(
        'insert into credit_changes (user_id, delta) select id, $2 from users where id = $1',
        [id, delta],
      )
      return await tx.one<{ id: number; credits: number }>(
        'update users set credits = credits + $2 where id = $1 returning id, credits',
        [id, delta],
      )
    },
    { isolation: 'serializable', retry: MAX_RETRIES },
  )
}

/** The same reads as explicit chains: no `async`, no promise, nothing waits that need not. */
export function userChainRoutes(db: Dependency<PgPool>): RouteGroup {
  const reads = readOptions(db, 'users, as .then() chains')

  const user = get('/users/{id:int}', reads.user, ({ id, db }) =>
    findUser(db, id).then((found) => {
      if (found === undefined) throw noSuchUser(id)
      return found
    }),
  )

  const orders = get('/users/{id:int}/orders', reads.orders, ({ id, db }) =>
    whenAll([findUser(db, id), findOrders(db, id)]).then(([user, orders]) => {
      if (user === undefined) throw noSuchUser(id)
      return { user, orders }
    }),
  )

  const full = get('/users/{id:int}/full', reads.full, ({ id, db }) =>
    findUser(db, id).then((user) => {
      if (user === undefined) throw noSuchUser(id)
      return findOrders(db, id).then((orders) =>
        findItems(
          db,
          orders.map((order) => order.id),
        ).then((items) => ({
          user,
          orders: withItems(orders, items),
        })),
      )
    }),
  )

  return router({ user, orders, full }, { prefix: '/chains' })
}
