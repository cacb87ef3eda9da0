import { App, body, datetime, duration, nullable, path, time, uuid } from '../../../src/index.ts'

export const app = new App()

app.put(
  '/items/{item_id}',
  {
    in: {
      item_id: path(uuid()),
      start_datetime: body(datetime()),
      end_datetime: body(datetime()),
      process_after: body(duration()),
      repeat_at: body(nullable(time(), { default: null })),
    },
  },
  ({ start_datetime, end_datetime, process_after, ...rest }) => {
    const start_process = new Date(start_datetime.getTime() + process_after)
    const duration = (end_datetime.getTime() - start_process.getTime()) / 1000
    return {
      ...rest,
      start_datetime,
      end_datetime,
      process_after: process_after / 1000,
      start_process,
      duration,
    }
  },
)
