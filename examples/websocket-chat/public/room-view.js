import { avatar, element, MessageList, messageItem } from './message-list.js'

/** So far from the end a reader still counts as being there. */
const NEAR_END_PX = 80

const REFUSALS = {
  1008: 'The server has closed the connection',
  4400: 'The server did not understand this page; reload it',
  4429: 'Too many messages; reload the page to go on',
}

const byId = (id) => document.getElementById(id)

/** The room on the page: messages, who is here, how the connection is. */
export class RoomView {
  #scroll = byId('scroll')
  #drafts = byId('drafts')
  #messages = byId('messages')
  #list = new MessageList(this.#messages)
  #onProblem
  #isReadingEnd = true
  #ownName = ''
  #problem

  /** @param onProblem - is told why the room cannot be entered */
  constructor(onProblem) {
    this.#onProblem = onProblem
    this.#scroll.addEventListener('scroll', () => {
      this.#isReadingEnd = this.#isAtEnd
      if (this.#isReadingEnd) byId('newest').hidden = true
    })
    // The keyboard of a phone, a longer draft: who reads the end goes on reading it.
    new ResizeObserver(() => {
      if (this.#isReadingEnd) this.#toEnd()
    }).observe(this.#scroll)
    byId('newest').addEventListener('click', () => this.#toEnd())
    byId('people').addEventListener('click', () => {
      const isOpen = byId('members').classList.toggle('open')
      byId('people').ariaExpanded = String(isOpen)
    })
  }

  open(room, ownName) {
    this.#ownName = ownName
    this.#problem = undefined
    this.#list.clear(ownName)
    this.#drafts.replaceChildren()
    this.#messages.ariaBusy = 'true'
    for (const id of ['empty', 'earlier', 'newest']) byId(id).hidden = true
    byId('room-name').textContent = room
    this.showPresence([], 0)
    this.showStatus('offline', 'Connecting')
  }

  /** Id of the oldest message that is shown. */
  get firstId() {
    return this.#list.firstId
  }

  addMessage(message) {
    const wasAtEnd = this.#isAtEnd
    this.#list.append(message)
    byId('empty').hidden = true
    if (wasAtEnd || message.author === this.#ownName) this.#toEnd()
    else byId('newest').hidden = false
  }

  addEarlier(messages) {
    const fromEndPx = this.#scroll.scrollHeight - this.#scroll.scrollTop
    this.#list.prepend(messages)
    this.#scroll.scrollTop = this.#scroll.scrollHeight - fromEndPx
    this.#offerEarlier()
  }

  /** The first history is here. */
  showStart(isEmpty) {
    this.#messages.ariaBusy = 'false'
    byId('empty').hidden = !isEmpty
    this.#offerEarlier()
    this.#toEnd()
  }

  showPresence(names, count) {
    const items = names.map((name) => {
      const item = element('li')
      item.append(
        avatar(name),
        element('span', '', name === this.#ownName ? `${name} (you)` : name),
      )
      return item
    })
    if (count > names.length) items.push(element('li', 'muted', `and ${count - names.length} more`))
    byId('names').replaceChildren(...items)
    byId('count').textContent = String(count)
  }

  showStatus(state, text, reactor) {
    byId('status').dataset.state = state
    byId('status-text').textContent = text
    if (reactor !== undefined) byId('reactor').textContent = `Served by reactor ${reactor}`
  }

  /** Why the server is about to close. */
  showProblem(detail) {
    this.#problem = detail
  }

  showRefusal(code) {
    const problem = this.#problem ?? REFUSALS[code]
    if (problem !== undefined && code >= 4400 && code < 4429) this.#onProblem(problem)
    else this.showStatus('closed', problem ?? 'Closed')
  }

  addDraft({ key, text }) {
    const item = messageItem(this.#ownName, text, true)
    item.classList.add('draft')
    item.dataset.key = key
    item.querySelector('.from').textContent = 'Sending'
    this.#drafts.append(item)
    this.#toEnd()
  }

  removeDraft(key) {
    this.#draft(key)?.remove()
  }

  failDraft(key, reason) {
    const item = this.#draft(key)
    if (item === undefined) return
    item.classList.add('failed')
    item.querySelector('.from').textContent = `Not sent: ${reason}`
  }

  #draft(key) {
    return [...this.#drafts.children].find((item) => item.dataset.key === key)
  }

  #offerEarlier() {
    byId('earlier').hidden = (this.firstId ?? 1) <= 1
  }

  get #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroll
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX
  }

  #toEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight
    byId('newest').hidden = true
  }
}
