import { creationSite } from './creation-sites.ts'

/** A failure may run through a chain of any length; the nearest links tell the most. */
const MAX_LINKS = 10

interface Trail {
  links: number
  last: string
}

const trails = new WeakMap<Error, Trail>()

/**
 * Adds to the stack of an error where the link of a chain that it has come to was created: "from
 * Future.then at ..."; called in debug mode only.
 *
 * Other values, frozen errors and errors with ten links are left as they are.
 */
export function lengthenStack(reason: unknown, link: object): void {
  if (!(reason instanceof Error) || !Object.isExtensible(reason)) return
  const trail = trails.get(reason) ?? { links: 0, last: '' }
  const line = trail.links < MAX_LINKS ? describeLink(link) : ''
  // A loop passes one place again and again.
  if (line === '' || line === trail.last || typeof reason.stack !== 'string') return
  if (!Reflect.set(reason, 'stack', `${reason.stack}\n${line}`)) return
  trails.set(reason, { links: trail.links + 1, last: line })
}

function describeLink(link: object): string {
  const site = creationSite(link)
  if (site === undefined) return ''
  const [frame = ''] = site.frames.split('\n')
  return frame === '' ? '' : `    from ${site.by}() ${frame.trim()}`
}
