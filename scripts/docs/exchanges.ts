import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A command of a `console` block and what it says the command prints. */
export interface Exchange {
  readonly command: string
  readonly answer: string
  /** Where the answer begins in the code of the block. */
  readonly offset: number
}

/** A command goes on over the ends of lines within quotes and behind a backslash. */
const COMMAND =
  /^\$ (?<command>(?:[^'"\\\n]|\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*")*)\n(?<answer>(?:(?!\$ ).*\n)*)/gm

/** The commands of a `console` block, each with its answer. */
export function exchangesOf(code: string): Exchange[] {
  return Array.from(code.matchAll(COMMAND), ({ groups = {}, index, 0: text }) => {
    const { command = '', answer = '' } = groups
    return { command, answer, offset: index + text.length - answer.length }
  })
}

const MARK = '<<< end of an answer >>>'
const run = promisify(execFile)

/**
 * Runs commands one after the other in one shell, so that variables and files of one are there for the next.
 *
 * @param folder - where they run
 * @param url - what they mean by `http://127.0.0.1:8000`
 * @returns what each printed
 * @throws {Error} the shell failed, or did not end within 30 seconds
 */
export async function runCommands(
  commands: readonly string[],
  folder: string,
  url: string,
): Promise<string[]> {
  const script = [
    'curl() { command curl --silent --show-error --max-time 10 "$@"; }',
    ...commands.map((command) => `${command}\necho '${MARK}'`),
  ]
    .join('\n')
    .replaceAll('http://127.0.0.1:8000', url)
  const { stdout } = await run('bash', ['-c', script], { cwd: folder, timeout: 30_000 })
  const answers = stdout.replaceAll('\r\n', '\n').replaceAll(url, 'http://127.0.0.1:8000')
  return answers.split(`${MARK}\n`).slice(0, -1)
}

/**
 * Whether a command printed what the page says. JSON may be laid out in any way, `...` stands for
 * anything, and of the head that `curl -i` prints some lines may be left out.
 */
export function isAnswer(expected: string, printed: string): boolean {
  if (!printed.startsWith('HTTP/')) return isText(expected, printed)
  const [expectedHead, expectedBody] = splitHead(expected)
  const [head, body] = splitHead(printed)
  const lines = new Set(head.split('\n'))
  const hasLine = (line: string): boolean =>
    lines.has(line) || Array.from(lines).some((other) => isText(line, other))
  return expectedHead.split('\n').every(hasLine) && isText(expectedBody, body)
}

function splitHead(answer: string): [string, string] {
  const [head = '', ...body] = answer.split('\n\n')
  return [head.trim(), body.join('\n\n')]
}

function isText(expected: string, printed: string): boolean {
  const parts = withoutLayout(expected).split('...').map(escapeExpression)
  return new RegExp(`^${parts.join('.*')}$`).test(withoutLayout(printed))
}

/** Lines may be broken between tokens of JSON, and nowhere else. */
function withoutLayout(text: string): string {
  return text.trim().replaceAll(/"(?:[^"\\]|\\.)*"|\s+/g, (part) => (/^\s/.test(part) ? '' : part))
}

function escapeExpression(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}
