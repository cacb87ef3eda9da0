import type { Future } from '../../future/index.ts'
import { membership } from '../../reactor/membership/membership.ts'
import type { App } from '../app.ts'
import { AppServer } from './app-server.ts'
import { type ListenAppOptions, listenPlan } from './listen-options.ts'
import { LocalServer } from './local-server.ts'
import { ReactorServer } from './reactor-server.ts'
import { type ReactorSetup, SupervisedServer } from './supervised-server.ts'

/** Serves an app: on this thread, on reactors that this call starts, or in the reactor it runs in. */
export function listenApp(app: App, options: ListenAppOptions): Future<AppServer> {
  const plan = listenPlan(options)
  const isEncrypted = plan.http.tls !== undefined
  const attach = (server: AppServer): AppServer => {
    app.attach(server)
    return server
  }
  // A reactor runs the code that has started the reactors: it must join them and not start more.
  if (membership !== undefined && options.reactors !== 1) {
    const { address } = membership.boot.setup as ReactorSetup
    const server = new ReactorServer(app, membership, plan)
    return membership.join(server).then(() => attach(new AppServer(server, address, isEncrypted)))
  }
  if (plan.reactors === 1) {
    return LocalServer.listen(app, plan).then((server) =>
      attach(new AppServer(server, plan.address, isEncrypted)),
    )
  }
  return SupervisedServer.start(app, plan, options).then(
    (server) => new AppServer(server, plan.address, isEncrypted),
  )
}
