import { dep } from 'fasterapi'
import { type ItemStore, MemoryItemStore } from './items/store.ts'

/** Made when the app starts. Tests put another one in its place: `app.override(store, ...)`. */
export const store = dep({ scope: 'core' }, (): ItemStore => new MemoryItemStore())
