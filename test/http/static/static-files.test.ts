import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { HttpServer, type StaticFilesOptions, staticFiles } from '../../../src/http/index.ts'
import { ask } from './ask.ts'
import { BIG, LAST_MODIFIED, LETTERS, makeSite, PAGE, SCRIPT, type Site } from './site.ts'

interface StaticCase {
  readonly name: string
  /** Default GET. */
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly options?: StaticFilesOptions
  readonly status: number
  /** Undefined for a header that must be absent. */
  readonly sends?: Readonly<Record<string, string | RegExp | undefined>>
  readonly body?: string
}

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const EARLIER = 'Tue, 05 Mar 2024 06:07:07 GMT'
const LATER = 'Tue, 05 Mar 2024 06:07:09 GMT'
/** Of letters.txt, written at 06:07:08.250. */
const TAG = `"q-${(Date.parse('2024-03-05T06:07:08.250Z') * 1000).toString(36)}"`
const OTHER_TAG = '"other"'
const COMPRESSED: StaticFilesOptions = { precompressed: true }
const MULTI = /^multipart\/byteranges; boundary=[\w-]{20}$/

const CASES: readonly StaticCase[] = [
  // What is sent
  {
    name: 'a text',
    path: '/letters.txt',
    status: 200,
    body: LETTERS,
    sends: {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': '26',
      etag: TAG,
      'last-modified': LAST_MODIFIED,
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=0',
      'x-content-type-options': 'nosniff',
      vary: undefined,
    },
  },
  {
    name: 'a large file',
    path: '/big.txt',
    status: 200,
    body: BIG,
    sends: { 'content-length': String(BIG.length) },
  },
  {
    name: 'an empty file',
    path: '/empty.txt',
    status: 200,
    body: '',
    sends: { 'content-length': '0' },
  },
  {
    name: 'an unknown type',
    path: '/plain/data.unknown',
    status: 200,
    sends: { 'content-type': 'application/octet-stream' },
  },
  {
    name: 'a type of its own',
    path: '/plain/data.unknown',
    options: { types: { '.UNKNOWN': 'text/x-own' } },
    status: 200,
    sends: { 'content-type': 'text/x-own' },
  },
  { name: 'a query, which does not matter', path: '/letters.txt?v=1', status: 200, body: LETTERS },
  { name: 'an encoded blank', path: '/docs/a%20b.txt', status: 200, body: 'blank' },
  { name: 'an encoded percent sign', path: '/docs/100%25.txt', status: 200, body: 'percent' },
  { name: 'encoded UTF-8', path: '/docs/%C3%BCmlaut.txt', status: 200, body: 'umlaut' },
  { name: 'an ordinary letter encoded', path: '/%6cetters.txt', status: 200, body: LETTERS },
  {
    name: 'HEAD of a small file',
    method: 'HEAD',
    path: '/letters.txt',
    status: 200,
    body: '',
    sends: { 'content-length': '26', etag: TAG },
  },
  {
    name: 'HEAD of a large file',
    method: 'HEAD',
    path: '/big.txt',
    status: 200,
    body: '',
    sends: { 'content-length': String(BIG.length) },
  },
  {
    name: 'another method',
    method: 'DELETE',
    path: '/letters.txt',
    status: 405,
    sends: { allow: 'GET, HEAD' },
  },
  {
    name: 'OPTIONS',
    method: 'OPTIONS',
    path: '/letters.txt',
    status: 405,
    sends: { allow: 'GET, HEAD' },
  },
  { name: 'a file that is not there', path: '/none.txt', status: 404 },
  { name: 'a file used as a folder', path: '/letters.txt/x', status: 404 },
  { name: 'a slash behind a file', path: '/letters.txt/', status: 404 },
  { name: 'a name that is too long', path: `/${'x'.repeat(300)}`, status: 404 },
  // Folders
  {
    name: 'the index of the root',
    path: '/',
    status: 200,
    body: PAGE,
    sends: { 'content-type': 'text/html; charset=utf-8' },
  },
  { name: 'the index of a folder', path: '/docs/', status: 200, body: '<h1>Docs</h1>' },
  {
    name: 'a folder without its slash',
    path: '/docs?a=b',
    status: 301,
    sends: { location: '/docs/?a=b' },
  },
  { name: 'a folder without an index', path: '/plain', status: 404 },
  { name: 'a folder without an index, with its slash', path: '/plain/', status: 404 },
  { name: 'no index wanted', path: '/docs/', options: { index: false }, status: 404 },
  {
    name: 'another index',
    path: '/',
    options: { index: ['home.html', 'letters.txt'] },
    status: 200,
    body: LETTERS,
  },
  {
    name: 'a prefix',
    path: '/assets/letters.txt',
    options: { prefix: '/assets' },
    status: 200,
    body: LETTERS,
  },
  {
    name: 'the prefix alone',
    path: '/assets',
    options: { prefix: '/assets' },
    status: 301,
    sends: { location: '/assets/' },
  },
  {
    name: 'another prefix',
    path: '/assetsx/letters.txt',
    options: { prefix: '/assets' },
    status: 404,
  },
  {
    name: 'no prefix where there should be one',
    path: '/letters.txt',
    options: { prefix: '/assets' },
    status: 404,
  },
  {
    name: 'the fallback for a page',
    path: '/users/7',
    headers: HTML,
    options: { fallback: 'index.html' },
    status: 200,
    body: PAGE,
  },
  {
    name: 'no fallback for a program',
    path: '/users/7',
    headers: { accept: '*/*' },
    options: { fallback: 'index.html' },
    status: 404,
  },
  {
    name: 'no fallback for a script',
    path: '/users/7.js',
    headers: HTML,
    options: { fallback: 'index.html' },
    status: 404,
  },
  {
    name: 'no fallback for a hidden file',
    path: '/.env',
    headers: HTML,
    options: { fallback: 'index.html' },
    status: 404,
  },
  // Hidden files and links
  { name: 'a dotfile', path: '/.env', status: 404 },
  { name: 'a dotfile below', path: '/docs/.git/config', status: 404 },
  { name: 'an encoded dotfile', path: '/%2eenv', status: 404 },
  { name: 'a denied dotfile', path: '/.env', options: { dotfiles: 'deny' }, status: 403 },
  {
    name: 'an allowed dotfile',
    path: '/.well-known/security.txt',
    options: { dotfiles: 'allow' },
    status: 200,
  },
  { name: 'a link within the root', path: '/link-inside.txt', status: 200, body: LETTERS },
  { name: 'a link out of the root', path: '/link-outside.txt', status: 404 },
  { name: 'a link to a folder whose name begins alike', path: '/link-sibling.txt', status: 404 },
  { name: 'a file below a link to a folder', path: '/linked-folder/passwd', status: 404 },
  {
    name: 'a link out of the root, allowed',
    path: '/link-outside.txt',
    options: { followSymlinks: true },
    status: 200,
    body: 'SECRET',
  },
  // Conditions
  {
    name: 'If-None-Match with the tag',
    path: '/letters.txt',
    headers: { 'if-none-match': TAG },
    status: 304,
    body: '',
    sends: { etag: TAG, 'content-type': undefined, 'cache-control': 'public, max-age=0' },
  },
  {
    name: 'If-None-Match with a weak tag',
    path: '/letters.txt',
    headers: { 'if-none-match': `W/${TAG}` },
    status: 304,
  },
  {
    name: 'If-None-Match with a list',
    path: '/letters.txt',
    headers: { 'if-none-match': `${OTHER_TAG}, ${TAG}` },
    status: 304,
  },
  {
    name: 'If-None-Match with a star',
    path: '/letters.txt',
    headers: { 'if-none-match': '*' },
    status: 304,
  },
  {
    name: 'If-None-Match with another tag',
    path: '/letters.txt',
    headers: { 'if-none-match': OTHER_TAG },
    status: 200,
    body: LETTERS,
  },
  {
    name: 'If-None-Match for a large file',
    path: '/big.txt',
    headers: { 'if-none-match': '*' },
    status: 304,
    body: '',
  },
  {
    name: 'If-Modified-Since with the time',
    path: '/letters.txt',
    headers: { 'if-modified-since': LAST_MODIFIED },
    status: 304,
  },
  {
    name: 'If-Modified-Since in RFC 850 form',
    path: '/letters.txt',
    headers: { 'if-modified-since': 'Tuesday, 05-Mar-24 06:07:08 GMT' },
    status: 304,
  },
  {
    name: 'If-Modified-Since in asctime form',
    path: '/letters.txt',
    headers: { 'if-modified-since': 'Tue Mar  5 06:07:08 2024' },
    status: 304,
  },
  {
    name: 'If-Modified-Since with an earlier time',
    path: '/letters.txt',
    headers: { 'if-modified-since': EARLIER },
    status: 200,
  },
  {
    name: 'If-Modified-Since with no date',
    path: '/letters.txt',
    headers: { 'if-modified-since': 'yesterday' },
    status: 200,
  },
  {
    name: 'If-None-Match before If-Modified-Since',
    path: '/letters.txt',
    headers: { 'if-none-match': OTHER_TAG, 'if-modified-since': LATER },
    status: 200,
  },
  {
    name: 'If-Match with the tag',
    path: '/letters.txt',
    headers: { 'if-match': TAG },
    status: 200,
  },
  {
    name: 'If-Match with another tag',
    path: '/letters.txt',
    headers: { 'if-match': OTHER_TAG },
    status: 412,
  },
  {
    name: 'If-Match with a weak tag',
    path: '/letters.txt',
    headers: { 'if-match': `W/${TAG}` },
    status: 412,
  },
  {
    name: 'If-Match before If-Unmodified-Since',
    path: '/letters.txt',
    headers: { 'if-match': TAG, 'if-unmodified-since': EARLIER },
    status: 200,
  },
  {
    name: 'If-Unmodified-Since with an earlier time',
    path: '/letters.txt',
    headers: { 'if-unmodified-since': EARLIER },
    status: 412,
  },
  {
    name: 'If-Unmodified-Since with the time',
    path: '/letters.txt',
    headers: { 'if-unmodified-since': LAST_MODIFIED },
    status: 200,
  },
  {
    name: 'HEAD with a condition',
    method: 'HEAD',
    path: '/letters.txt',
    headers: { 'if-none-match': TAG },
    status: 304,
  },
  {
    name: 'no validators',
    path: '/letters.txt',
    options: { etag: false, lastModified: false },
    headers: { 'if-none-match': TAG, 'if-modified-since': LATER },
    status: 200,
    sends: { etag: undefined, 'last-modified': undefined },
  },
  {
    name: 'a tag of the content',
    path: '/letters.txt',
    options: { etag: 'hash' },
    status: 200,
    sends: { etag: '"MtEMe4z5ZXDKBM438qGdhCQNOok"' },
  },
  {
    name: 'a tag of large content',
    path: '/big.txt',
    options: { etag: 'hash' },
    status: 200,
    sends: { etag: /^"[\w-]{27}"$/ },
  },
  // Ranges
  {
    name: 'first bytes',
    path: '/letters.txt',
    headers: { range: 'bytes=0-4' },
    status: 206,
    body: 'abcde',
    sends: { 'content-range': 'bytes 0-4/26', 'content-length': '5', etag: TAG },
  },
  {
    name: 'one byte',
    path: '/letters.txt',
    headers: { range: 'bytes=25-25' },
    status: 206,
    body: 'z',
  },
  {
    name: 'an open range',
    path: '/letters.txt',
    headers: { range: 'bytes=20-' },
    status: 206,
    body: 'uvwxyz',
  },
  {
    name: 'a suffix',
    path: '/letters.txt',
    headers: { range: 'bytes=-3' },
    status: 206,
    body: 'xyz',
    sends: { 'content-range': 'bytes 23-25/26' },
  },
  {
    name: 'a suffix longer than the file',
    path: '/letters.txt',
    headers: { range: 'bytes=-99' },
    status: 206,
    body: LETTERS,
  },
  {
    name: 'a range beyond the end',
    path: '/letters.txt',
    headers: { range: 'bytes=20-999' },
    status: 206,
    body: 'uvwxyz',
  },
  {
    name: 'numbers beyond all bounds',
    path: '/letters.txt',
    headers: { range: `bytes=0-${'9'.repeat(400)}` },
    status: 206,
    body: LETTERS,
  },
  {
    name: 'a range behind the end',
    path: '/letters.txt',
    headers: { range: 'bytes=26-' },
    status: 416,
    sends: { 'content-range': 'bytes */26', 'content-type': 'application/json', etag: undefined },
  },
  { name: 'an empty suffix', path: '/letters.txt', headers: { range: 'bytes=-0' }, status: 416 },
  {
    name: 'a range the wrong way round',
    path: '/letters.txt',
    headers: { range: 'bytes=5-3' },
    status: 200,
    body: LETTERS,
  },
  {
    name: 'another unit',
    path: '/letters.txt',
    headers: { range: 'lines=0-3' },
    status: 200,
    body: LETTERS,
  },
  { name: 'no range at all', path: '/letters.txt', headers: { range: 'bytes=' }, status: 200 },
  {
    name: 'a malformed range',
    path: '/letters.txt',
    headers: { range: 'bytes=0-3,x' },
    status: 200,
  },
  {
    name: 'a sign in a range',
    path: '/letters.txt',
    headers: { range: 'bytes=+1-3' },
    status: 200,
  },
  {
    name: 'a unit in capitals',
    path: '/letters.txt',
    headers: { range: 'Bytes=0-4' },
    status: 206,
    body: 'abcde',
  },
  {
    name: 'two ranges',
    path: '/letters.txt',
    headers: { range: 'bytes=0-1, -2' },
    status: 206,
    sends: { 'content-type': MULTI, 'content-range': undefined },
  },
  {
    name: 'two ranges that touch',
    path: '/letters.txt',
    headers: { range: 'bytes=3-4,0-2' },
    status: 206,
    body: 'abcde',
  },
  {
    name: 'ranges that overlap',
    path: '/letters.txt',
    headers: { range: `bytes=${'0-,'.repeat(31)}0-` },
    status: 206,
    body: LETTERS,
  },
  {
    name: 'too many ranges',
    path: '/letters.txt',
    headers: { range: `bytes=${'0-,'.repeat(32)}0-` },
    status: 200,
    body: LETTERS,
  },
  {
    name: 'some ranges behind the end',
    path: '/letters.txt',
    headers: { range: 'bytes=90-,0-0' },
    status: 206,
    body: 'a',
  },
  {
    name: 'a range of an empty file',
    path: '/empty.txt',
    headers: { range: 'bytes=0-' },
    status: 200,
    body: '',
  },
  {
    name: 'a range in a HEAD',
    method: 'HEAD',
    path: '/letters.txt',
    headers: { range: 'bytes=0-4' },
    status: 200,
    sends: { 'content-length': '26' },
  },
  {
    name: 'ranges turned off',
    path: '/letters.txt',
    options: { ranges: false },
    headers: { range: 'bytes=0-4' },
    status: 200,
    sends: { 'accept-ranges': undefined },
  },
  {
    name: 'a range of a large file',
    path: '/big.txt',
    headers: { range: 'bytes=300000-600000' },
    status: 206,
    body: BIG.slice(300_000, 600_001),
  },
  {
    name: 'the end of a large file',
    path: '/big.txt',
    headers: { range: 'bytes=-5' },
    status: 206,
    body: BIG.slice(-5),
  },
  {
    name: 'If-Range with the tag',
    path: '/letters.txt',
    headers: { range: 'bytes=0-4', 'if-range': TAG },
    status: 206,
  },
  {
    name: 'If-Range with a weak tag',
    path: '/letters.txt',
    headers: { range: 'bytes=0-4', 'if-range': `W/${TAG}` },
    status: 200,
  },
  {
    name: 'If-Range with another tag',
    path: '/letters.txt',
    headers: { range: 'bytes=0-4', 'if-range': OTHER_TAG },
    status: 200,
    body: LETTERS,
  },
  {
    name: 'If-Range with the time',
    path: '/letters.txt',
    headers: { range: 'bytes=0-4', 'if-range': LAST_MODIFIED },
    status: 206,
  },
  {
    name: 'If-Range with a later time',
    path: '/letters.txt',
    headers: { range: 'bytes=0-4', 'if-range': LATER },
    status: 200,
  },
  {
    name: 'If-None-Match before Range',
    path: '/letters.txt',
    headers: { range: 'bytes=0-4', 'if-none-match': TAG },
    status: 304,
  },
  {
    name: 'If-Match that fails, and a Range',
    path: '/letters.txt',
    headers: { range: 'bytes=0-4', 'if-match': OTHER_TAG },
    status: 412,
  },
  // Compressed siblings
  {
    name: 'the preferred coding',
    path: '/app.js',
    options: COMPRESSED,
    headers: { 'accept-encoding': 'gzip, br, zstd' },
    status: 200,
    sends: {
      'content-encoding': 'br',
      'content-type': 'text/javascript; charset=utf-8',
      vary: 'accept-encoding',
      etag: /-br"$/,
    },
  },
  {
    name: 'the coding a client can read',
    path: '/app.js',
    options: COMPRESSED,
    headers: { 'accept-encoding': 'gzip' },
    status: 200,
    body: gzipSync(SCRIPT).toString('latin1'),
    sends: { 'content-encoding': 'gzip', etag: /-gzip"$/ },
  },
  {
    name: 'the coding a client likes better',
    path: '/app.js',
    options: COMPRESSED,
    headers: { 'accept-encoding': 'br;q=0.5, gzip' },
    status: 200,
    sends: { 'content-encoding': 'gzip' },
  },
  {
    name: 'a client that reads no coding',
    path: '/app.js',
    options: COMPRESSED,
    status: 200,
    body: SCRIPT,
    sends: { 'content-encoding': undefined, vary: 'accept-encoding' },
  },
  {
    name: 'a client that refuses a coding',
    path: '/app.js',
    options: COMPRESSED,
    headers: { 'accept-encoding': '*, br;q=0, gzip;q=0' },
    status: 200,
    body: SCRIPT,
    sends: { 'content-encoding': undefined },
  },
  {
    name: 'a client that refuses everything',
    path: '/app.js',
    options: COMPRESSED,
    headers: { 'accept-encoding': 'identity;q=0' },
    status: 406,
    sends: { vary: 'accept-encoding' },
  },
  {
    name: 'a file without siblings',
    path: '/letters.txt',
    options: COMPRESSED,
    headers: { 'accept-encoding': 'br' },
    status: 200,
    body: LETTERS,
    sends: { 'content-encoding': undefined, vary: 'accept-encoding' },
  },
  {
    name: 'siblings turned off',
    path: '/app.js',
    headers: { 'accept-encoding': 'br' },
    status: 200,
    body: SCRIPT,
    sends: { vary: undefined },
  },
  {
    name: 'the order of the server',
    path: '/app.js',
    options: { precompressed: ['gzip', 'br'] },
    headers: { 'accept-encoding': 'br, gzip' },
    status: 200,
    sends: { 'content-encoding': 'gzip' },
  },
  {
    name: 'a range of a sibling',
    path: '/app.js',
    options: COMPRESSED,
    headers: { 'accept-encoding': 'gzip', range: 'bytes=0-1' },
    status: 206,
    body: '\x1f\x8b',
    sends: { 'content-encoding': 'gzip' },
  },
  {
    name: 'a sibling itself',
    path: '/app.js.gz',
    options: COMPRESSED,
    status: 200,
    sends: { 'content-encoding': undefined, 'content-type': 'application/gzip' },
  },
  // Caching
  {
    name: 'a maximum age',
    path: '/letters.txt',
    options: { maxAgeSeconds: 60 },
    status: 200,
    sends: { 'cache-control': 'public, max-age=60' },
  },
  {
    name: 'a name with a hash',
    path: '/assets/index-4f9c01ab.css',
    options: { immutable: /-[0-9a-f]{8}\.\w+$/g },
    status: 200,
    sends: { 'cache-control': 'public, max-age=31536000, immutable' },
  },
  {
    name: 'a name without a hash',
    path: '/letters.txt',
    options: { immutable: /-[0-9a-f]{8}\.\w+$/ },
    status: 200,
    sends: { 'cache-control': 'public, max-age=0' },
  },
  {
    name: 'a cache-control of its own',
    path: '/letters.txt',
    options: { cacheControl: (path) => `private, x="${path}"` },
    status: 200,
    sends: { 'cache-control': 'private, x="/letters.txt"' },
  },
  {
    name: 'no cache-control',
    path: '/letters.txt',
    options: { cacheControl: () => undefined },
    status: 200,
    sends: { 'cache-control': undefined },
  },
  {
    name: 'headers of its own',
    path: '/',
    options: { headers: (path) => [['x-path', path]] },
    status: 200,
    sends: { 'x-path': '/index.html' },
  },
]

describe('staticFiles', () => {
  let site: Site
  before(() => {
    site = makeSite()
  })
  after(() => site.remove())

  for (const cacheBytes of [16_777_216, 0]) {
    const how = cacheBytes === 0 ? 'from disk' : 'twice, the second time from memory'
    for (const each of CASES) {
      it(`answers ${each.name}, ${how}`, async () => {
        const handler = staticFiles(site.root, {
          cacheBytes,
          maxCachedFileBytes: cacheBytes === 0 ? 0 : 262_144,
          revalidateMs: 60_000,
          ...each.options,
        })
        const server = await new HttpServer(handler).listen({ port: 0, host: '127.0.0.1' })
        try {
          const line = `${each.method ?? 'GET'} ${each.path}`
          for (let time = 0; time < (cacheBytes === 0 ? 1 : 2); time++) {
            const answer = await ask(server, line, each.headers)
            assert.equal(answer.status, each.status)
            if (each.body !== undefined) assert.equal(answer.body, each.body)
            for (const [name, value] of Object.entries(each.sends ?? {})) {
              if (value instanceof RegExp) assert.match(answer.headers[name] ?? '', value)
              else assert.equal(answer.headers[name], value, name)
            }
          }
        } finally {
          await server.close({ timeoutMs: 0 })
        }
      })
    }
  }
})
