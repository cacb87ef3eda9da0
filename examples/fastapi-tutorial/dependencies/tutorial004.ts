import { App, dep, int, nullable, query, str } from '../../../src/index.ts'

const allItems = [{ item_name: 'Foo' }, { item_name: 'Bar' }, { item_name: 'Baz' }]

class Page {
  readonly q: string | null
  readonly skip: number
  readonly limit: number

  constructor({ q, skip, limit }: Pick<Page, 'q' | 'skip' | 'limit'>) {
    this.q = q
    this.skip = skip
    this.limit = limit
  }

  of<Item>(items: readonly Item[]): Item[] {
    return items.slice(this.skip, this.skip + this.limit)
  }
}

const page = dep(
  {
    q: query(nullable(str(), { default: null })),
    skip: query(int({ default: 0 })),
    limit: query(int({ default: 100 })),
  },
  (parameters) => new Page(parameters),
)

export const app = new App()

app.get('/items/', { in: { page } }, ({ page }) => ({
  ...(page.q && { q: page.q }),
  items: page.of(allItems),
}))
