/** A fenced block of a page, such as a program, and where it stands. */
export interface Block {
  /** The heading above it. */
  readonly heading: string
  /** The word behind the fence: `ts`, `console`, `py`. */
  readonly language: string
  /** The file it is, if the fence says: `ts [items.ts]`. */
  readonly file: string | undefined
  readonly code: string
  /** Where `code` begins in the text of the page. */
  readonly offset: number
}

const PART =
  /^#+ (?<heading>.*)$|^```(?<language>\w+)(?: \[(?<file>[^\]]+)\])?\n(?<code>[^]*?)^```$/gm

/** All fenced blocks of a Markdown page, in order. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = []
  let heading = ''
  for (const { groups = {}, index, 0: text } of markdown.matchAll(PART)) {
    const { language, file, code } = groups
    if (language === undefined || code === undefined) {
      heading = groups['heading'] ?? heading
    } else {
      blocks.push({ heading, language, file, code, offset: index + text.length - code.length - 3 })
    }
  }
  return blocks
}
