import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { PgPool } from '../../src/pg/index.ts'
import { findChromium, startChromium } from '../support/chromium.ts'
import { ExampleProgram } from '../support/example-program.ts'
import { testDatabase } from '../support/postgres.ts'
import { fillRoom } from './support/fill-room.ts'

const chromium = findChromium()
const skip = chromium === undefined && 'no Chromium: install one, or name it in CHROMIUM_PATH'

describe('the page of the chat example', { skip }, () => {
  let database: Awaited<ReturnType<typeof testDatabase>>
  let program: ExampleProgram
  let url: string
  let browser: Browser
  const problems: string[] = []

  before(async () => {
    database = await testDatabase()
    await start('0')
    browser = await startChromium(chromium ?? '')
  })
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    assert.deepEqual(problems.splice(0), [], 'the browser has complained')
  })
  after(async () => {
    await browser.close()
    await program.stop()
    ExampleProgram.killAll()
    await database.stop()
  })

  async function start(port: string): Promise<void> {
    const environment = { DATABASE_URL: database.url, REACTORS: '2', PORT: port }
    program = new ExampleProgram('websocket-chat/main.ts', environment)
    url = await program.url()
  }

  async function seed(room: string, count: number): Promise<void> {
    const db = new PgPool(database.url, { max: 1 })
    try {
      await fillRoom(db, room, count)
    } finally {
      await db.close()
    }
  }

  /** A page of a browser of its own: nothing is shared with the others. */
  async function visit(room: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext(options)
    context.setDefaultTimeout(20_000)
    const page = await context.newPage()
    page.on('pageerror', (error) => problems.push(String(error)))
    page.on('dialog', (dialog) => {
      problems.push(`dialog: ${dialog.message()}`)
      dialog.dismiss().catch(() => undefined)
    })
    await page.goto(`${url}/#${room}`)
    return page
  }

  async function enter(room: string, name: string, options?: BrowserContextOptions): Promise<Page> {
    const page = await visit(room, options)
    await page.getByLabel('Your name').fill(name)
    await page.getByRole('button', { name: 'Enter' }).click()
    await connected(page)
    return page
  }

  async function connected(page: Page): Promise<void> {
    await page.getByRole('status').getByText('Connected').waitFor()
    await page.locator('#messages[aria-busy=false]').waitFor({ state: 'attached' })
  }

  async function say(page: Page, text: string): Promise<void> {
    await page.getByLabel('Message', { exact: true }).fill(text)
    await page.getByLabel('Message', { exact: true }).press('Enter')
  }

  /** @returns texts of all messages that are shown */
  async function untilTexts(page: Page, count: number): Promise<string[]> {
    const texts = page.locator('#messages .text')
    await texts.nth(count - 1).waitFor()
    return texts.allTextContents()
  }

  it('lets two talk, and shows who is here', async () => {
    const ann = await enter('talk', 'Ann')
    const bob = await enter('talk', 'Bob')
    await ann.locator('#names').getByText('Bob', { exact: true }).waitFor()
    await say(ann, 'Hello Bob')
    await untilTexts(bob, 1)
    await say(bob, 'Hello Ann')
    assert.deepEqual(await untilTexts(ann, 2), ['Hello Bob', 'Hello Ann'])
    assert.deepEqual(await untilTexts(bob, 2), ['Hello Bob', 'Hello Ann'])
    assert.equal(await ann.locator('#drafts li').count(), 0)
    await bob.getByRole('button', { name: 'Leave' }).click()
    await ann.locator('#names').getByText('Bob', { exact: true }).waitFor({ state: 'detached' })
    assert.deepEqual(await ann.locator('#names li').allTextContents(), ['AAnn (you)'])
  })

  it('shows markup as the text it is', async () => {
    const attack = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
    const ann = await enter('markup', 'Ann')
    const bob = await enter('markup', 'Bob')
    await say(ann, attack)
    assert.deepEqual(await untilTexts(bob, 1), [attack])
    await bob.reload()
    assert.deepEqual(await untilTexts(bob, 1), [attack])
    assert.equal(await bob.locator('#messages img, #messages script').count(), 0)
    // Nor would it run if it were put in as markup.
    const blocked = await bob.evaluate(`new Promise((resolve) => {
      addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective))
      document.body.insertAdjacentHTML('beforeend', '<img src="/favicon.svg" onload="alert(3)">')
    })`)
    assert.equal(blocked, 'script-src-attr')
  })

  it('comes back after a reload to the room and its last 50 messages, with pages of earlier ones', async () => {
    const ann = await enter('reload', 'Ann')
    await seed('reload', 57)
    const sent = Array.from({ length: 60 }, (_, index) => `message ${index + 1}`)
    for (const text of sent.slice(57)) await say(ann, text)
    // What was put into the database behind the server's back is a gap, which the page fills.
    assert.deepEqual(await untilTexts(ann, 60), sent)
    await ann.reload()
    await connected(ann)
    assert.deepEqual(await untilTexts(ann, 50), sent.slice(10))
    await ann.getByRole('button', { name: 'Earlier messages' }).click()
    assert.deepEqual(await untilTexts(ann, 60), sent)
    assert.equal(await ann.getByRole('button', { name: 'Earlier messages' }).count(), 0)
    assert.equal(await ann.locator('#messages .day').count(), 1)
  })

  it('sends what was written while the server was away, and gets what it has missed, each once', async () => {
    const ann = await enter('restart', 'Ann')
    const bob = await enter('restart', 'Bob')
    await say(ann, 'before')
    await untilTexts(bob, 1)
    assert.equal(await program.stop(), 0)
    await ann.locator('#status[data-state=offline]').waitFor()
    for (const text of ['first', 'second']) await say(ann, text)
    assert.equal(await ann.locator('#drafts li').count(), 2)
    await start(new URL(url).port)
    await connected(ann)
    await connected(bob)
    const expected = ['before', 'first', 'second']
    assert.deepEqual(await untilTexts(ann, 3), expected)
    assert.deepEqual(await untilTexts(bob, 3), expected)
    await say(bob, 'after')
    assert.deepEqual(await untilTexts(ann, 4), [...expected, 'after'])
    assert.equal(await ann.locator('#drafts li').count(), 0)
  })

  it('sends after a reload what had not got out before', async () => {
    const ann = await enter('outbox', 'Ann')
    await ann.evaluate('WebSocket.prototype.send = () => {}') // a connection that is dead and looks alive
    for (const text of ['first', 'second']) await say(ann, text)
    await ann.reload()
    assert.deepEqual(await untilTexts(ann, 2), ['first', 'second'])
    assert.equal(await ann.locator('#drafts li').count(), 0)
  })

  it('slows down when it is told to, and loses nothing', async () => {
    const ann = await enter('fast', 'Ann')
    const sent = Array.from({ length: 24 }, (_, index) => `message ${index + 1}`)
    for (const text of sent) await say(ann, text)
    assert.deepEqual(await untilTexts(ann, 24), sent)
  })

  it('says why a name is refused', async () => {
    await enter('names', 'Ann')
    const other = await visit('names')
    await other.getByLabel('Your name').fill('<Ann>')
    await other.getByRole('button', { name: 'Enter' }).click()
    await other.getByRole('alert').getByText('letters and digits').waitFor()
    await other.getByLabel('Your name').fill('ANN')
    await other.getByRole('button', { name: 'Enter' }).click()
    await other.getByRole('alert').getByText('Somebody else in this room is called ANN').waitFor()
  })

  it('fits a phone, in light and in dark', async () => {
    const backgrounds: unknown[] = []
    for (const colorScheme of ['light', 'dark'] as const) {
      const phone = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true }
      const page = await enter('phone', `Ann ${colorScheme}`, { ...phone, colorScheme })
      await say(page, 'x'.repeat(300))
      await untilTexts(page, 1)
      const fits = 'document.documentElement.scrollWidth <= innerWidth'
      assert.equal(await page.evaluate(fits), true, 'nothing sticks out')
      assert.equal(await page.locator('#members').isVisible(), false)
      await page.getByRole('button', { name: 'here' }).click()
      assert.equal(await page.locator('#members').isVisible(), true)
      backgrounds.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'))
    }
    assert.notEqual(backgrounds[0], backgrounds[1])
  })
})
