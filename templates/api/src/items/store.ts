import type { Item, NewItem } from './schemas.ts'

/** Where items are kept. */
export interface ItemStore {
  list(limit: number): Promise<Item[]>
  find(id: number): Promise<Item | undefined>
  add(item: NewItem): Promise<Item>
  /** @returns whether there was one */
  remove(id: number): Promise<boolean>
}

/** Keeps items as long as the process runs, each reactor its own. */
export class MemoryItemStore implements ItemStore {
  readonly #items: Map<number, Item> = new Map()
  #lastId = 0

  async list(limit: number): Promise<Item[]> {
    return [...this.#items.values()].slice(0, limit)
  }

  async find(id: number): Promise<Item | undefined> {
    return this.#items.get(id)
  }

  async add(item: NewItem): Promise<Item> {
    const added = { id: ++this.#lastId, ...item }
    this.#items.set(added.id, added)
    return added
  }

  async remove(id: number): Promise<boolean> {
    return this.#items.delete(id)
  }
}
