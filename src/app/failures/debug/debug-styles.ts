/** Follows the browser's light or dark scheme; readable on a phone, too. */
export const DEBUG_STYLES = `
:root { color-scheme: light dark; --ink: #1c2430; --dim: #5d6b7e; --paper: #fff; --panel: #f4f6f9;
  --line: #dde3ea; --red: #c0262d; --mark: #fde7e7 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --dim: #93a1b5; --paper: #14181f;
  --panel: #1d232d; --line: #303947; --red: #ff7b7b; --mark: #4a2127 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem 4rem }
pre, code, td, th, li, .place, .kind, .request { font-family: ui-monospace, Menlo, Consolas, monospace;
  font-size: 13px }
.request { margin: 0 0 1.5rem; color: var(--dim); overflow-wrap: anywhere }
.request b, .kind { color: var(--red) }
section { margin: 0 0 2rem }
h1 { margin: .15rem 0 .5rem; font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere;
  white-space: pre-wrap }
h2 { margin: .15rem 0 .5rem; font-size: 1.15rem; overflow-wrap: anywhere; white-space: pre-wrap }
h3 { margin: 1rem 0 .25rem; font-size: .95rem }
.kind, .place, .cause { margin: 0 }
.place, .cause { color: var(--dim) }
.source { margin: .5rem 0; padding: .5rem 0; overflow-x: auto; background: var(--panel);
  border: 1px solid var(--line); border-radius: 8px; tab-size: 2 }
.source span { display: block; padding-right: 1rem; min-width: max-content }
.source i { display: inline-block; width: 4em; padding-right: 1.2em; text-align: right;
  font-style: normal; color: var(--dim); user-select: none }
.source .failing { background: var(--mark); box-shadow: inset 3px 0 var(--red) }
summary { cursor: pointer; color: var(--dim) }
ol { margin: .5rem 0; padding-left: 3em; color: var(--dim); overflow-wrap: anywhere }
ol .own { color: var(--ink); font-weight: 600 }
table { width: 100%; border-collapse: collapse }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; overflow-wrap: anywhere }
th { width: 14rem; color: var(--dim); font-weight: normal }
footer { color: var(--dim); font-size: 13px }
@media (max-width: 40rem) { th { width: 8rem } }
`
