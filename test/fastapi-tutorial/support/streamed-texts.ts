/** The events of a stream, each as its lines in one order: that of the fields says nothing. */
export function eventsOf(text: string): string[][] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => linesOf(block).toSorted())
}

/** Lines of JSON, or of fields whose values are JSON, without the blanks that JSON may have. */
export function linesOf(text: string): string[] {
  return text.split('\n').map((line) => {
    const start = line.startsWith('data: ') ? 'data: '.length : 0
    try {
      return line.slice(0, start) + JSON.stringify(JSON.parse(line.slice(start)))
    } catch {
      return line
    }
  })
}
