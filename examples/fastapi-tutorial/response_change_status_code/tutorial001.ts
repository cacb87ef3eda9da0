import { App, reply } from '../../../src/index.ts'

const tasks = new Map([['foo', 'Listen to the Bar Fighters']])

export const app = new App()

app.put('/get-or-create-task/{task_id}', ({ task_id }) => {
  const task = tasks.get(task_id)
  if (task !== undefined) return task
  const created = "This didn't exist before"
  tasks.set(task_id, created)
  return reply(201, created)
})
