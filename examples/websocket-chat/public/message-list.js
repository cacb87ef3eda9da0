/** Messages of one author within so long stand together. */
const GROUP_MS = 5 * 60_000

const timeFormat = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const dayFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' })

/**
 * The messages on the page.
 *
 * What people wrote becomes text nodes only, never markup.
 */
export class MessageList {
  #list
  #ownName = ''

  constructor(list) {
    this.#list = list
  }

  /** Id of the oldest message that is shown. */
  get firstId() {
    const first = this.#list.querySelector('.message')
    return first === null ? undefined : Number(first.dataset.id)
  }

  clear(ownName) {
    this.#ownName = ownName
    this.#list.replaceChildren()
  }

  append(message) {
    const item = this.#item(message)
    const before = this.#list.lastElementChild
    this.#place(item, before, (...items) => this.#list.append(...items))
    item.classList.add('new')
  }

  /** @param messages - from before those that are shown */
  prepend(messages) {
    const next = this.#list.querySelector('.message')
    const day = next?.previousElementSibling
    const fragment = document.createDocumentFragment()
    for (const message of messages) {
      this.#place(this.#item(message), fragment.lastElementChild, (...items) =>
        fragment.append(...items),
      )
    }
    // The day that stood above the first message may have begun earlier now.
    if (day !== null && next !== null)
      this.#place(next, fragment.lastElementChild, (...items) => {
        day?.remove()
        fragment.append(...items)
      })
    this.#list.prepend(fragment)
  }

  /** Puts an item behind another one, with the day between them if it is another day. */
  #place(item, before, put) {
    const isSameDay = before?.dataset.day === item.dataset.day
    const isClose = Number(item.dataset.at) - Number(before?.dataset.at) < GROUP_MS
    const isFollowing = isSameDay && isClose && before?.dataset.author === item.dataset.author
    item.classList.toggle('follows', isFollowing)
    if (isSameDay) put(item)
    else put(dayItem(item.dataset.day), item)
  }

  #item({ id, author, text, sentAt }) {
    const at = new Date(sentAt)
    const item = messageItem(author, text, author === this.#ownName)
    const time = element('time', '', timeFormat.format(at))
    time.dateTime = sentAt
    item.querySelector('.from').append(time)
    Object.assign(item.dataset, { id, author, at: at.getTime(), day: dayFormat.format(at) })
    return item
  }
}

/** @returns a message without a time */
export function messageItem(author, text, isOwn) {
  const item = element('li', isOwn ? 'message own' : 'message')
  item.style.setProperty('--hue', hueOf(author))
  const from = element('p', 'from')
  from.append(element('span', 'author', author))
  item.append(avatar(author), from, element('p', 'text', text))
  return item
}

/** @returns a circle with the first letter of a name */
export function avatar(name) {
  const circle = element('span', 'avatar', ([...name][0] ?? '').toUpperCase())
  circle.ariaHidden = 'true'
  circle.style.setProperty('--hue', hueOf(name))
  return circle
}

export function element(tag, className = '', text = '') {
  const made = document.createElement(tag)
  made.className = className
  made.textContent = text
  return made
}

function dayItem(day) {
  return element('li', 'day', day)
}

/** The same color for a name on every page. */
function hueOf(name) {
  let hash = 0
  for (const character of name) hash = (hash * 31 + character.codePointAt(0)) % 360
  return String(hash)
}
