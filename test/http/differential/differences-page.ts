import { DIFFERENCE_RULES } from './rules.ts'

const INTRODUCTION = `# Where this server and llhttp differ

\`node:http\` reads requests with llhttp. \`test/http/differential\` sends both servers the same bytes, requests and damaged requests, and compares which requests they see: methods, targets, header fields and bodies. An input on which they disagree must be explained by a row of this table, which a test compares with the rules of the fuzzer; each row has an input of its own that is tried in every run. \`node scripts/fuzz-http.ts --seed N --count M\` tries more.

The same inputs go to this server a second time, cut into pieces: it must see and answer the same.

Except for the last rows, the server refuses what llhttp takes, and closes the connection: that a message has one meaning only is what protects against request smuggling.
`

/** Columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) =>
    Math.max(...rows.map((row) => row[column]!.length), 'what'.length),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  const [header, ...body] = rows
  return [line(header!), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join(
    '\n',
  )
}

/** The text of docs/reference/http-differences.md. */
export function differencesPage(): string {
  const rows = DIFFERENCE_RULES.map((rule) => [
    rule.what.replaceAll('|', '\\|'),
    rule.ours,
    rule.llhttp,
    rule.why,
  ])
  return `${INTRODUCTION}\n${table([['input', 'here', 'llhttp', 'why'], ...rows])}\n`
}
