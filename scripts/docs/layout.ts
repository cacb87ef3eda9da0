const WIDTH = 100

/** Headers that say nothing a reader looks for. */
const DULL = /^(?:date|connection|keep-alive|content-length|content-security-policy): /i

/** What curl printed as a page shows it: long JSON over several lines, without dull headers. */
export function layOut(answer: string): string {
  if (!answer.startsWith('HTTP/')) return layOutBody(answer.trim())
  const [head = '', ...body] = answer.split('\n\n')
  const lines = head.split('\n').filter((line) => !DULL.test(line))
  return [lines.join('\n'), layOutBody(body.join('\n\n').trim())].join('\n\n').trim()
}

function layOutBody(text: string): string {
  try {
    return layOutValue(JSON.parse(text), '', 0)
  } catch {
    return text
  }
}

function layOutValue(value: unknown, indent: string, used: number): string {
  const line = JSON.stringify(value)
  if (indent.length + used + line.length <= WIDTH || typeof value !== 'object' || value === null) {
    return line
  }
  const inner = `${indent}  `
  const items = Array.isArray(value)
    ? value.map((item) => layOutValue(item, inner, 1))
    : Object.entries(value).map(([key, item]) => {
        const name = `${JSON.stringify(key)}: `
        return `${name}${layOutValue(item, inner, name.length + 1)}`
      })
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${items.map((item) => inner + item).join(',\n')}\n${indent}${close}`
}
