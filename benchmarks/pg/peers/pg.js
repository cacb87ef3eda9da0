import { Pool } from 'pg'
import { serve } from '../requesters.ts'

const ONE = {
  name: 'one',
  text: 'select id, randomnumber from world where id = $1',
}

await serve(async (port, connections) => {
  const pool = new Pool({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: 'bench',
    database: 'postgres',
    min: connections,
    max: connections,
    idleTimeoutMillis: 0,
  })
  const clients = await Promise.all(Array.from({ length: connections }, () => pool.connect()))
  for (const client of clients) client.release()
  return {
    one: async (id) => (await pool.query({ ...ONE, values: [id] })).rows[0],
    rows: async () => (await pool.query({ name: 'rows', text: 'select * from wide' })).rows,
  }
})
