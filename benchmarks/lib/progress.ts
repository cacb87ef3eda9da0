/** Tells the person waiting what happens; standard output is kept for the report. */
export function progress(text: string): void {
  process.stderr.write(`bench: ${text}\n`)
}
