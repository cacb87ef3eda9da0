/** A part as it must be read. */
export interface ExpectedPart {
  readonly name: string
  readonly value: string
  readonly filename?: string
  readonly contentType?: string
}

interface Case {
  readonly name: string
  /** One character per byte. */
  readonly body: string
  readonly boundary?: string
}

export interface ValidCase extends Case {
  readonly parts: readonly ExpectedPart[]
}

export interface InvalidCase extends Case {
  readonly status: number
  readonly detail: RegExp
}

/** A body with the boundary `b` of parts, each from its header line to its content. */
function form(...parts: readonly string[]): string {
  return `${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`
}

const CD = 'Content-Disposition: form-data; '

function field(parameters: string, value = 'x', more = ''): string {
  return `${CD}${parameters}\r\n${more}\r\n${value}`
}

/** UTF-8 as one character per byte. */
function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

const A = { name: 'a', value: 'x' }

export const VALID: readonly ValidCase[] = [
  { name: 'a form without parts', body: '--b--\r\n', parts: [] },
  { name: 'a last boundary without a line end', body: '--b--', parts: [] },
  { name: 'one field', body: form(field('name="a"')), parts: [A] },
  {
    name: 'two fields of one name',
    body: form(field('name="a"'), field('name="a"', 'y')),
    parts: [A, { name: 'a', value: 'y' }],
  },
  {
    name: 'an empty line before the first boundary',
    body: `\r\n${form(field('name="a"'))}`,
    parts: [A],
  },
  {
    name: 'no line end behind the last boundary',
    body: form(field('name="a"')).trimEnd(),
    parts: [A],
  },
  { name: 'an empty field', body: form(field('name="a"', '')), parts: [{ name: 'a', value: '' }] },
  { name: 'an empty name', body: form(field('name=""')), parts: [{ name: '', value: 'x' }] },
  { name: 'a token as name', body: form(field('name=a')), parts: [A] },
  {
    name: 'header names in any case',
    body: form('content-disposition: FORM-DATA; NAME="a"\r\n\r\nx'),
    parts: [A],
  },
  {
    name: 'no blank behind the colon',
    body: form('Content-Disposition:form-data;name="a"\r\n\r\nx'),
    parts: [A],
  },
  {
    name: 'blanks around semicolons',
    body: form('Content-Disposition: form-data ; name="a" \r\n\r\nx'),
    parts: [A],
  },
  {
    name: 'a file',
    body: form(field('name="a"; filename="f.txt"', 'x', 'Content-Type: text/plain\r\n')),
    parts: [{ ...A, filename: 'f.txt', contentType: 'text/plain' }],
  },
  {
    name: 'headers in another order',
    body: form(
      'Content-Type: text/plain\r\nContent-Disposition: form-data; filename="f"; name="a"\r\n\r\nx',
    ),
    parts: [{ ...A, filename: 'f', contentType: 'text/plain' }],
  },
  {
    name: 'no file chosen',
    body: form(field('name="a"; filename=""', '', 'Content-Type: application/octet-stream\r\n')),
    parts: [{ name: 'a', value: '', filename: '', contentType: 'application/octet-stream' }],
  },
  {
    name: 'a content type for a field',
    body: form(field('name="a"', '{}', 'Content-Type: application/json\r\n')),
    parts: [{ name: 'a', value: '{}', contentType: 'application/json' }],
  },
  {
    name: 'a transfer encoding that changes nothing',
    body: form(field('name="a"', 'x', 'Content-Transfer-Encoding: Binary\r\n')),
    parts: [A],
  },
  {
    name: 'other headers',
    body: form(field('name="a"', 'x', 'X-Y: z\r\nContent-Length: 1\r\n')),
    parts: [A],
  },
  {
    name: 'UTF-8 in names',
    body: form(field(utf8('name="ä€😀"; filename="ö"'))),
    parts: [{ name: 'ä€😀', value: 'x', filename: 'ö' }],
  },
  {
    name: 'escaped quotes, as curl writes them',
    body: form(field('name="a\\"b\\\\c"')),
    parts: [{ name: 'a"b\\c', value: 'x' }],
  },
  {
    name: 'percent signs, as browsers write them',
    body: form(field('name="a%22b%0D%0ac%41%"')),
    parts: [{ name: 'a"b\r\nc%41%', value: 'x' }],
  },
  {
    name: 'a semicolon within quotes',
    body: form(field('name="a;b=c"')),
    parts: [{ name: 'a;b=c', value: 'x' }],
  },
  { name: 'unknown parameters', body: form(field('name="a"; size=5; x="y"')), parts: [A] },
  {
    name: 'a Unix path',
    body: form(field('name="a"; filename="/etc/passwd"')),
    parts: [{ ...A, filename: 'passwd' }],
  },
  {
    name: 'a Windows path',
    body: form(field('name="a"; filename="C:\\new\\f.txt"')),
    parts: [{ ...A, filename: 'f.txt' }],
  },
  {
    name: 'a path upwards',
    body: form(field('name="a"; filename="../../f"')),
    parts: [{ ...A, filename: 'f' }],
  },
  {
    name: 'two dots as file name',
    body: form(field('name="a"; filename=".."')),
    parts: [{ ...A, filename: '' }],
  },
  {
    name: 'a hidden file',
    body: form(field('name="a"; filename=".env"')),
    parts: [{ ...A, filename: '.env' }],
  },
  {
    name: 'control characters in a file name',
    body: form(field('name="a"; filename="a%0D%0Ab"')),
    parts: [{ ...A, filename: 'ab' }],
  },
  {
    name: 'characters that turn the direction of a file name',
    body: form(field(utf8('name="a"; filename="a\u202egpj.exe"'))),
    parts: [{ ...A, filename: 'agpj.exe' }],
  },
  {
    name: 'filename* before filename, as .NET writes them',
    body: form(field('name=a; filename="=?utf-8?B?w6Q=?="; filename*=utf-8\'\'%C3%A4%20b.txt')),
    parts: [{ ...A, filename: 'ä b.txt' }],
  },
  {
    name: 'filename* alone, with a path',
    body: form(field('name="a"; filename*=UTF-8\'de\'..%2Ff')),
    parts: [{ ...A, filename: 'f' }],
  },
  {
    name: 'line ends in the content',
    body: form(field('name="a"', '\r\n\r\n\n\r')),
    parts: [{ name: 'a', value: '\r\n\r\n\n\r' }],
  },
  {
    name: 'what looks like a boundary in the content',
    body: form(field('name="a"', '-b\r\n--\r\n--a\r--b\n--b--\r\r\n--B')),
    parts: [{ name: 'a', value: '-b\r\n--\r\n--a\r--b\n--b--\r\r\n--B' }],
  },
  {
    name: 'a multipart within a part, which stays as it is, and a field behind it',
    body: form(
      field('name="a"; filename="m"', '--c\r\nX: y\r\n\r\nz\r\n--c--'),
      field('name="b"', '1'),
    ),
    parts: [
      { name: 'a', filename: 'm', value: '--c\r\nX: y\r\n\r\nz\r\n--c--' },
      { name: 'b', value: '1' },
    ],
  },
  {
    name: 'backslashes that escape nothing',
    body: form(field('name="a\\b"; filename="a\\b"')),
    parts: [{ name: 'a\\b', value: 'x', filename: 'b' }],
  },
  {
    name: 'carriage returns before the boundary',
    body: form(field('name="a"', '\r\r\r')),
    parts: [{ name: 'a', value: '\r\r\r' }],
  },
  {
    name: 'all bytes',
    body: form(
      field(
        'name="a"; filename="f"',
        Buffer.from(Array.from({ length: 256 }, (_, at) => at)).toString('latin1'),
      ),
    ),
    parts: [
      {
        name: 'a',
        filename: 'f',
        value: Buffer.from(Array.from({ length: 256 }, (_, at) => at)).toString('latin1'),
      },
    ],
  },
  {
    name: 'a boundary of 70 characters',
    boundary: `${"'()+_,-./:=? 0aZ".repeat(4)}abcdef`,
    body: form(field('name="a"')).replaceAll('--b', `--${"'()+_,-./:=? 0aZ".repeat(4)}abcdef`),
    parts: [A],
  },
  {
    name: 'a boundary of dashes',
    boundary: '------',
    body: form(field('name="a"', '\r\n-----')).replaceAll('--b', '--------'),
    parts: [{ name: 'a', value: '\r\n-----' }],
  },
  {
    name: 'a multipart within a part, which stays as it is',
    body: form(
      field('name="a"', '--c\r\n\r\n--c--', 'Content-Type: multipart/mixed; boundary=c\r\n'),
    ),
    parts: [{ name: 'a', value: '--c\r\n\r\n--c--', contentType: 'multipart/mixed; boundary=c' }],
  },
]

export const INVALID: readonly InvalidCase[] = [
  { name: 'nothing at all', body: '', status: 400, detail: /ends before its last boundary/ },
  {
    name: 'text before the first boundary',
    body: `hello\r\n${form(field('name="a"'))}`,
    status: 400,
    detail: /begin with its boundary/,
  },
  {
    name: 'another boundary',
    body: form(field('name="a"')),
    boundary: 'c',
    status: 400,
    detail: /begin with its boundary/,
  },
  {
    name: 'two empty lines first',
    body: `\r\n\r\n${form()}`,
    status: 400,
    detail: /begin with its boundary/,
  },
  {
    name: 'text behind the last boundary',
    body: `${form(field('name="a"'))}x`,
    status: 400,
    detail: /follows its last boundary/,
  },
  {
    name: 'a second form behind the first',
    body: form(field('name="a"')).repeat(2),
    status: 400,
    detail: /follows its last boundary/,
  },
  {
    name: 'a blank behind a boundary',
    body: form(field('name="a"')).replace('--b\r', '--b \r'),
    status: 400,
    detail: /alone on its line/,
  },
  {
    name: 'a blank behind the last boundary',
    body: '--b-- \r\n',
    status: 400,
    detail: /alone on its line/,
  },
  {
    name: 'a boundary as header name',
    body: form(field('name="a"', 'x', '--b--X: y\r\n')),
    status: 400,
    detail: /not "name: value"/,
  },
  {
    name: 'content that begins with a boundary',
    body: form(field('name="a"', '--b--\r\n')),
    status: 400,
    detail: /begins with a boundary/,
  },
  {
    name: 'an end within the empty line',
    body: `--b\r\n${field('name="a"', '')}`,
    status: 400,
    detail: /ends before/,
  },
  {
    name: 'a backslash before the last quote',
    body: form(field('name="a\\"')),
    status: 400,
    detail: /cannot be read/,
  },
  {
    name: 'text on the line of the last boundary',
    body: '--b--x\r\n',
    status: 400,
    detail: /alone on its line/,
  },
  {
    name: 'text on the line of a boundary',
    body: form(field('name="a"')).replace('--b\r', '--bc\r'),
    status: 400,
    detail: /alone on its line/,
  },
  {
    name: 'a longer boundary in the content',
    body: form(field('name="a"', 'x\r\n--bc')),
    status: 400,
    detail: /alone on its line/,
  },
  {
    name: 'one dash behind the last boundary',
    body: '--b-\r\n',
    status: 400,
    detail: /alone on its line/,
  },
  {
    name: 'a bare line feed behind a boundary',
    body: `--b\n${field('name="a"')}\r\n--b--`,
    status: 400,
    detail: /alone on its line/,
  },
  {
    name: 'a bare carriage return behind a boundary',
    body: `--b\r${field('name="a"')}\r\n--b--`,
    status: 400,
    detail: /alone on its line/,
  },
  {
    name: 'an end within a boundary',
    body: `--b\r\n${field('name="a"')}\r\n--`,
    status: 400,
    detail: /ends before/,
  },
  {
    name: 'an end within the last boundary',
    body: `--b\r\n${field('name="a"')}\r\n--b-`,
    status: 400,
    detail: /ends before/,
  },
  { name: 'an end behind a boundary', body: '--b\r\n', status: 400, detail: /ends before/ },
  { name: 'an end within the header', body: `--b\r\n${CD}`, status: 400, detail: /ends before/ },
  {
    name: 'an end within the content',
    body: `--b\r\n${field('name="a"')}`,
    status: 400,
    detail: /ends before/,
  },
  { name: 'an end within the last line end', body: '--b--\r', status: 400, detail: /ends before/ },
  { name: 'a part without header', body: form('\r\nx'), status: 400, detail: /no header/ },
  {
    name: 'a part without content-disposition',
    body: form('Content-Type: text/plain\r\n\r\nx'),
    status: 400,
    detail: /no content-disposition/,
  },
  { name: 'no name', body: form(field('filename="f"')), status: 400, detail: /no name/ },
  {
    name: 'another disposition',
    body: form('Content-Disposition: attachment; name="a"\r\n\r\nx'),
    status: 400,
    detail: /not form-data/,
  },
  {
    name: 'a disposition that begins like form-data',
    body: form('Content-Disposition: form-data2; name="a"\r\n\r\nx'),
    status: 400,
    detail: /not form-data/,
  },
  {
    name: 'two dispositions',
    body: form(`${CD}name="b"\r\n${field('name="a"')}`),
    status: 400,
    detail: /content-disposition twice/,
  },
  {
    name: 'two content types',
    body: form(field('name="a"', 'x', 'Content-Type: a/b\r\nContent-Type: c/d\r\n')),
    status: 400,
    detail: /content-type twice/,
  },
  { name: 'two names', body: form(field('name="a"; name="b"')), status: 400, detail: /name twice/ },
  {
    name: 'two file names',
    body: form(field('name="a"; filename="a"; Filename="b"')),
    status: 400,
    detail: /filename twice/,
  },
  {
    name: 'name*',
    body: form(field('name="a"; name*=utf-8\'\'b')),
    status: 400,
    detail: /name\* is not allowed/,
  },
  {
    name: 'a file name in pieces',
    body: form(field('name="a"; filename*0="a"; filename*1="b"')),
    status: 400,
    detail: /filename\*0 is not allowed/,
  },
  {
    name: 'filename* in another charset',
    body: form(field('name="a"; filename*=iso-8859-1\'\'%E4')),
    status: 400,
    detail: /filename\*/,
  },
  {
    name: 'filename* that is no UTF-8',
    body: form(field('name="a"; filename*=utf-8\'\'%E4')),
    status: 400,
    detail: /filename\*/,
  },
  {
    name: 'filename* without quotes',
    body: form(field('name="a"; filename*=f.txt')),
    status: 400,
    detail: /filename\*/,
  },
  { name: 'an open quote', body: form(field('name="a')), status: 400, detail: /cannot be read/ },
  {
    name: 'text behind a quote',
    body: form(field('name="a"b')),
    status: 400,
    detail: /cannot be read/,
  },
  {
    name: 'a parameter without value',
    body: form(field('name')),
    status: 400,
    detail: /cannot be read/,
  },
  {
    name: 'a blank around the equals sign',
    body: form(field('name ="a"')),
    status: 400,
    detail: /cannot be read/,
  },
  {
    name: 'a comma in place of a semicolon',
    body: form(field('name="a", filename="f"')),
    status: 400,
    detail: /cannot be read/,
  },
  {
    name: 'a folded line',
    body: form('Content-Disposition: form-data;\r\n name="a"\r\n\r\nx'),
    status: 400,
    detail: /not "name: value"/,
  },
  {
    name: 'a bare line feed in a header',
    body: form(field('name="a"', 'x', 'X-Y: z\nX-Z: z\r\n')),
    status: 400,
    detail: /not "name: value"/,
  },
  {
    name: 'a bare carriage return in a header',
    body: form(field('name="a"', 'x', 'X-Y: z\rX-Z: z\r\n')),
    status: 400,
    detail: /not "name: value"/,
  },
  {
    name: 'NUL in a name',
    body: form(field('name="a\0b"')),
    status: 400,
    detail: /not "name: value"/,
  },
  {
    name: 'a line without colon',
    body: form(field('name="a"', 'x', 'X-Y\r\n')),
    status: 400,
    detail: /not "name: value"/,
  },
  {
    name: 'a blank before the colon',
    body: form('Content-Disposition : form-data; name="a"\r\n\r\nx'),
    status: 400,
    detail: /not "name: value"/,
  },
  {
    name: 'an empty header name',
    body: form(field('name="a"', 'x', ': z\r\n')),
    status: 400,
    detail: /not "name: value"/,
  },
  {
    name: 'a name that is no UTF-8',
    body: form(field('name="\xe4"')),
    status: 400,
    detail: /not UTF-8/,
  },
  {
    name: 'base64',
    body: form(field('name="a"', 'eA==', 'Content-Transfer-Encoding: base64\r\n')),
    status: 415,
    detail: /content-transfer-encoding "base64"/,
  },
  {
    name: 'a header beyond its limit',
    body: form(field('name="a"', 'x', `X-Y: ${'z'.repeat(400)}\r\n`)),
    status: 413,
    detail: /header of a part is larger than 400 bytes/,
  },
  {
    name: 'a header that does not end',
    body: `--b\r\n${'z'.repeat(500)}`,
    status: 413,
    detail: /header of a part/,
  },
  {
    name: 'a name beyond its limit',
    body: form(field(`name="${'n'.repeat(101)}"`)),
    status: 413,
    detail: /name of a part is longer than 100 bytes/,
  },
  {
    name: 'a file name beyond its limit',
    body: form(field(`name="a"; filename="${'n'.repeat(101)}"`)),
    status: 413,
    detail: /file name is longer than 100 bytes/,
  },
  {
    name: 'a field beyond its limit',
    body: form(field('name="a"', 'x'.repeat(401))),
    status: 413,
    detail: /field "a" is larger than 400 bytes/,
  },
  {
    name: 'a file beyond its limit',
    body: form(field('name="a"; filename="f"', 'x'.repeat(501))),
    status: 413,
    detail: /file "a" is larger than 500 bytes/,
  },
  {
    name: 'too many fields',
    body: form(...Array.from({ length: 4 }, () => field('name="a"'))),
    status: 413,
    detail: /more than 3 fields/,
  },
  {
    name: 'too many files',
    body: form(...Array.from({ length: 3 }, () => field('name="a"; filename="f"'))),
    status: 413,
    detail: /more than 2 files/,
  },
  {
    name: 'fields that are together too large',
    body: form(field('name="a"', 'x'.repeat(300)), field('name="b"', 'x'.repeat(300))),
    status: 413,
    detail: /together larger than 600 bytes/,
  },
]
