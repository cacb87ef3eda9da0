/** A quoted text or name, a comment, a text between dollar tags, or the end of a statement. */
const TOKEN =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?\1|;/g

/**
 * The statements of a text, without what is empty or only comment.
 *
 * Knows what stands in the SQL of `pg-boss`: no escaped texts (`E'\''`), no nested comments.
 *
 * @see PostgreSQL manual, "Lexical Structure"
 */
export function splitStatements(sql: string): string[] {
  const statements: string[] = []
  let from = 0
  for (const { 0: token, index } of sql.matchAll(TOKEN)) {
    if (token !== ';') continue
    statements.push(sql.slice(from, index))
    from = index + 1
  }
  statements.push(sql.slice(from))
  return statements.map((text) => text.trim()).filter(isStatement)
}

function isStatement(text: string): boolean {
  return text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, '').trim() !== ''
}
