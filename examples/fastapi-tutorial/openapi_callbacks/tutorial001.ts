import {
  App,
  body,
  bool,
  httpUrl,
  nullable,
  num,
  object,
  operation,
  query,
  str,
} from '../../../src/index.ts'

const Invoice = object(
  { id: str(), title: nullable(str(), { default: null }), customer: str(), total: num() },
  { title: 'Invoice' },
)
const InvoiceEvent = object({ description: str(), paid: bool() }, { title: 'InvoiceEvent' })
const InvoiceEventReceived = object({ ok: bool() }, { title: 'InvoiceEventReceived' })

/** What the API sends to its users, and what they answer. */
const invoiceNotification = operation('POST', {
  summary: 'Invoice Notification',
  in: { event: body(InvoiceEvent) },
  out: { 200: InvoiceEventReceived },
})

export const app = new App()

app.post(
  '/invoices/',
  {
    in: { invoice: body(Invoice), callback_url: query(nullable(httpUrl(), { default: null })) },
    callbacks: {
      invoice_notification: { '{$callback_url}/invoices/{$request.body.id}': invoiceNotification },
    },
    description: `Create an invoice.

This will (let's imagine) let the API user (some external developer) create an
invoice.

And this path operation will:

* Send the invoice to the client.
* Collect the money from the client.
* Send a notification back to the API user (the external developer), as a callback.
    * At this point is that the API will somehow send a POST request to the
        external API with the notification of the invoice event
        (e.g. "payment successful").`,
  },
  () => ({ msg: 'Invoice received' }),
)
