import { creationSite } from './creation-sites.ts'

/** A failure may run through a chain of any length; the nearest links tell the most. */
const MAX_LINKS = 10

/** One error may fail thousands of futures; to say of each where it was created would take seconds. */
const MAX_LOOKS = 100

interface Trail {
  links: number
  looks: number
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
  const trail = trailOf(reason)
  if (trail.links === MAX_LINKS || trail.looks === MAX_LOOKS) return
  trail.looks++
  const line = describeLink(link)
  // A loop passes one place again and again.
  if (line === '' || line === trail.last || typeof reason.stack !== 'string') return
  if (!Reflect.set(reason, 'stack', `${reason.stack}\n${line}`)) return
  trail.links++
  trail.last = line
}

function trailOf(error: Error): Trail {
  const known = trails.get(error)
  if (known !== undefined) return known
  const trail: Trail = { links: 0, looks: 0, last: '' }
  trails.set(error, trail)
  return trail
}

function describeLink(link: object): string {
  const site = creationSite(link)
  if (site === undefined) return ''
  const [frame = ''] = site.frames.split('\n')
  return frame === '' ? '' : `    from ${site.by}() ${frame.trim()}`
}
