import type { Explanation } from '../terminal/explanation.ts'
import type { SourceFrame } from '../terminal/source-place.ts'

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 60rem; padding: 0 1rem;
    color: #222; background: #fff }
  h1 { font-size: 1rem; color: #b00020; text-transform: uppercase; letter-spacing: .05em }
  h2 { font-size: 1.3rem; overflow-wrap: anywhere }
  pre { background: #f5f5f7; padding: 1rem; overflow-x: auto; line-height: 1.6; border-radius: 6px }
  .here { display: inline-block; min-width: 100%; background: #ffdfe3 }
  .quiet { color: #666 }
  @media (prefers-color-scheme: dark) {
    body { color: #ddd; background: #18181b } pre { background: #26262b }
    .here { background: #5b1a24 } h1 { color: #ff6b81 } .quiet { color: #999 }
  }`

/** What a browser shows while the app does not run; it asks again by itself. */
export function failurePage({ message, hint, cause, frame, trace }: Explanation): string {
  const parts = [`<h1>The app does not run</h1>`, `<h2>${escape(message)}</h2>`]
  if (cause !== undefined) parts.push(`<p>because of ${escape(cause)}</p>`)
  if (frame !== undefined) parts.push(renderFrame(frame))
  if (hint !== undefined) parts.push(`<p>${escape(hint)}</p>`)
  if (trace.length > 0) parts.push(`<pre class="quiet">${trace.map(escape).join('\n')}</pre>`)
  parts.push('<p class="quiet">This page looks again every second.</p>')
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head><meta charset="utf-8"><title>The app does not run</title>',
    '<meta http-equiv="refresh" content="1">',
    `<style>${STYLE}</style></head>`,
    `<body>${parts.join('\n')}</body>`,
    '</html>',
  ].join('\n')
}

function renderFrame({ file, line, column, lines }: SourceFrame): string {
  const place = column === undefined ? `${line}` : `${line}:${column}`
  const width = String(lines.at(-1)?.number ?? line).length
  const rendered = lines.map(({ number, text }) => {
    const row = escape(`${String(number).padStart(width)} | ${text}`)
    return number === line ? `<span class="here">${row}</span>` : row
  })
  return `<p class="quiet">${escape(`${file}:${place}`)}</p><pre>${rendered.join('\n')}</pre>`
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
