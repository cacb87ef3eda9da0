/** Tells the user's hook; a hook that fails itself has nobody left to tell but standard error. */
export function reportTo(onError: (error: unknown) => void, error: unknown): void {
  try {
    onError(error)
  } catch (hookError) {
    console.error('onError failed:', hookError, 'while reporting:', error)
  }
}
