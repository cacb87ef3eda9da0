import { SQL } from 'bun'
import { serve } from '../requesters.ts'

await serve(async (port, connections) => {
  const sql = new SQL({
    adapter: 'postgres',
    hostname: '127.0.0.1',
    port,
    username: 'postgres',
    password: 'bench',
    database: 'postgres',
    max: connections,
  })
  await Promise.all(Array.from({ length: connections }, () => sql`select pg_sleep(0.05)`))
  return {
    one: async (id) => (await sql`select id, randomnumber from world where id = ${id}`)[0],
    rows: () => sql`select * from wide`,
  }
})
