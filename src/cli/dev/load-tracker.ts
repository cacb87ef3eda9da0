import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { WatchedFile } from './messages.ts'
import { stampOf } from './stamp.ts'

const PACKAGES = /[/\\]node_modules[/\\](?!fasterapi[/\\])/

/**
 * Tells of every module that is loaded from now on, by `import` or `require`, and of files that an
 * import asks for in vain: what decides whether a change matters. Packages are left out.
 */
export function trackLoads(onLoad: (loaded: WatchedFile) => void): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      try {
        return next(specifier, context)
      } catch (error) {
        if (/^\.{0,2}\//.test(specifier) && context.parentURL?.startsWith('file:') === true) {
          onLoad({ file: fileURLToPath(new URL(specifier, context.parentURL)), stamp: undefined })
        }
        throw error
      }
    },
    load: (url, context, next) => {
      if (url.startsWith('file:')) {
        const file = fileURLToPath(url)
        // Before it is read: a change from then on is one.
        if (!PACKAGES.test(file)) onLoad({ file, stamp: stampOf(file) })
      }
      return next(url, context)
    },
  })
}
