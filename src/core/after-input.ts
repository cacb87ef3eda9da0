/** Calls `callback` when the event loop has looked for input once more. */
export function afterInput(callback: () => void): void {
  if (typeof setImmediate === 'function') setImmediate(callback)
  else setTimeout(callback, 0)
}
