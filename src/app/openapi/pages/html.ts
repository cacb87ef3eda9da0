/** What the pages have in common. */
export interface HtmlPage {
  readonly title: string
  readonly styles: readonly string[]
  readonly icon: string
  /** The element that the scripts fill; its id. */
  readonly root: string
  readonly scripts: readonly string[]
}

/** A page without inline scripts, as strict content policies want it. */
export function htmlPage({ title, styles, icon, root, scripts }: HtmlPage): string {
  const lines = [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title>`,
    ...styles.map((url) => `<link rel="stylesheet" href="${escapeHtml(url)}">`),
    `<link rel="icon" href="${escapeHtml(icon)}">`,
    '</head>',
    '<body style="margin: 0">',
    `<div id="${root}"></div>`,
    ...scripts.map((url) => `<script src="${escapeHtml(url)}"></script>`),
    '</body>',
    '</html>',
  ]
  return `${lines.join('\n')}\n`
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/**
 * Nothing but our own files, and what the page was told to use; the pages set styles on elements,
 * draw icons from data URLs and send requests wherever the document says.
 *
 * @param urls - of style sheets and icons, which may be elsewhere
 */
export function contentPolicy(
  urls: readonly (string | undefined)[],
  more: readonly string[],
): string {
  const origins = urls.flatMap((url) => {
    if (url === undefined || !/^https?:\/\//.test(url)) return []
    return URL.canParse(url) ? [` ${new URL(url).origin}`] : []
  })
  const elsewhere = [...new Set(origins)].join('')
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'unsafe-inline'${elsewhere}`,
    `img-src 'self' data:${elsewhere}`,
    `font-src 'self' data:${elsewhere}`,
    'connect-src *',
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...more,
  ].join('; ')
}
