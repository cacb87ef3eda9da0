import { App, dep } from '../../../src/index.ts'

const log: string[] = []

class Resource {
  readonly name: string

  constructor(name: string) {
    this.name = name
    log.push(`open ${name}`)
  }

  close(): void {
    log.push(`close ${this.name}`)
  }
}

const a = dep(function* () {
  const resource = new Resource('a')
  try {
    yield resource
  } finally {
    resource.close()
  }
})

const b = dep({ a }, function* ({ a }) {
  const resource = new Resource(`b of ${a.name}`)
  try {
    yield resource
  } finally {
    resource.close() // before a is closed
  }
})

const c = dep({ b }, function* ({ b }) {
  const resource = new Resource(`c of ${b.name}`)
  try {
    yield resource
  } finally {
    resource.close()
  }
})

export const app = new App()

app.get('/', { in: { c } }, ({ c }) => ({ c: c.name }))
app.get('/log', () => log)
