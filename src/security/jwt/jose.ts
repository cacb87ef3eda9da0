import { PackageMissingError } from '../errors.ts'

type Jose = typeof import('jose')

let loaded: Promise<Jose> | undefined

/**
 * The package that signs and checks tokens, loaded when the first one comes: programs without tokens
 * need not install it.
 *
 * @returns rejects with {@link PackageMissingError}
 */
export function loadJose(): Promise<Jose> {
  loaded ??= import('jose').catch((cause: unknown) => {
    loaded = undefined
    throw new PackageMissingError('JSON Web Tokens need the package jose: npm install jose', {
      cause,
    })
  })
  return loaded
}
