import { App, body, datetime, num, object, operation, str } from '../../../src/index.ts'

const Subscription = object(
  { username: str(), monthly_fee: num(), start_date: datetime() },
  { title: 'Subscription' },
)

const newSubscription = operation('POST', {
  summary: 'New Subscription',
  description: `When a new user subscribes to your service we'll send you a POST request with this
data to the URL that you register for the event \`new-subscription\` in the dashboard.`,
  in: { subscription: body(Subscription) },
})

export const app = new App({ webhooks: { 'new-subscription': newSubscription } })

app.get('/users/', () => ['Rick', 'Morty'])
