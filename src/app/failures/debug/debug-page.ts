import { requestIdOf } from '../../../middleware/index.ts'
import { escapeHtml } from '../../openapi/pages/html.ts'
import type { AppRequest } from '../../request.ts'
import { DEBUG_STYLES } from './debug-styles.ts'
import type { FailureReport, ReportedFrame } from './failure-report.ts'
import { safeHeader, safeTarget } from './redaction.ts'
import type { SourceLine } from './source-excerpt.ts'

/** One page without scripts: what failed, where in the program, why, and for which request. */
export function debugPage(reports: readonly FailureReport[], request: AppRequest): string {
  const [first] = reports
  const title = first === undefined ? 'Error' : `${first.name}: ${first.message}`
  const target = safeTarget(request.target)
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${DEBUG_STYLES}</style>
</head>
<body>
<main>
<p class="request"><b>500</b> ${escapeHtml(request.method)} ${escapeHtml(target)}</p>
${reports.map((report, at) => failureSection(report, at > 0)).join('\n')}
${requestSection(request)}
<footer>Shown because the app runs with <code>debug</code>. Clients of a program in production get
<code>Internal Server Error</code> and nothing else.</footer>
</main>
</body>
</html>
`
}

function failureSection(report: FailureReport, isCause: boolean): string {
  const { name, code, message, place, source, frames } = report
  const level = isCause ? 'h2' : 'h1'
  const kind = code === undefined ? name : `${name} · ${code}`
  return `<section>
${isCause ? '<p class="cause">caused by</p>' : ''}
<p class="kind">${escapeHtml(kind)}</p>
<${level}>${escapeHtml(message)}</${level}>
${place === undefined ? '' : `<p class="place">${escapeHtml(place)}</p>`}
${source.length === 0 ? '' : `<pre class="source">${source.map(sourceLine).join('')}</pre>`}
${frames.length === 0 ? '' : stackDetails(frames)}
</section>`
}

function sourceLine({ number, text, isFailing }: SourceLine): string {
  const mark = isFailing ? ' class="failing"' : ''
  return `<span${mark}><i>${number}</i>${escapeHtml(text)}\n</span>`
}

function stackDetails(frames: readonly ReportedFrame[]): string {
  const lines = frames.map(
    ({ text, isOwn }) => `<li${isOwn ? ' class="own"' : ''}>${escapeHtml(text)}</li>`,
  )
  return `<details><summary>Stack, ${frames.length} ${frames.length === 1 ? 'frame' : 'frames'}</summary>
<ol>${lines.join('')}</ol></details>`
}

function requestSection(request: AppRequest): string {
  const id = requestIdOf(request)
  const rows: [string, string][] = [
    ['method', request.method],
    ['target', safeTarget(request.target)],
    ['client', request.clientAddress ?? 'unknown'],
    ...(id === undefined ? [] : ([['request id', id]] as [string, string][])),
  ]
  const headers = Array.from(request.headers(), ([name, value]): [string, string] => [
    name,
    safeHeader(name, value),
  ])
  return `<section><h2>Request</h2>
${table(rows)}
<h3>Headers</h3>
${table(headers)}</section>`
}

function table(rows: readonly (readonly [string, string])[]): string {
  const lines = rows.map(
    ([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  )
  return `<table>${lines.join('')}</table>`
}
