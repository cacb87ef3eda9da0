import { Room } from './room.js'
import { RoomView } from './room-view.js'

const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._-]{0,22}[\p{L}\p{M}\p{N}])?$/u
const ROOM = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/

const byId = (id) => document.getElementById(id)
const view = new RoomView((problem) => leave(problem))
let room

/** This tab's name, else the last one of this browser. */
function savedName() {
  return sessionStorage.getItem('name') ?? localStorage.getItem('name') ?? ''
}

/** The secret that says that a name is ours; the server tells nobody. */
function session() {
  const own = localStorage.getItem('session') ?? crypto.randomUUID()
  localStorage.setItem('session', own)
  return own
}

function problemOf(name, roomName) {
  if (!NAME.test(name))
    return 'A name has up to 24 letters and digits, also with spaces between them.'
  if (!ROOM.test(roomName)) return 'A room has up to 32 small letters, digits and dashes.'
  return undefined
}

function enter(name, roomName) {
  sessionStorage.setItem('name', name)
  localStorage.setItem('name', name)
  sessionStorage.setItem('room', roomName)
  history.replaceState(null, '', `#${roomName}`)
  document.title = `#${roomName}`
  byId('entrance').hidden = true
  byId('chat').hidden = false
  view.open(roomName, name)
  room = new Room(roomName, { name, session: session() }, view)
  byId('text').focus()
}

function leave(problem = '') {
  room?.leave()
  room = undefined
  sessionStorage.removeItem('room')
  document.title = 'Chat'
  byId('chat').hidden = true
  byId('entrance').hidden = false
  byId('problem').textContent = problem
  showEntrance()
  byId('name').focus()
}

function showEntrance() {
  byId('name').value = savedName()
  byId('room').value = location.hash.slice(1) || 'lobby'
  fetch('/rooms').then(
    async (response) => {
      const rooms = response.ok ? await response.json() : []
      byId('rooms').replaceChildren(...rooms.map(({ name }) => new Option(name, name)))
    },
    () => undefined, // only suggestions
  )
}

byId('join').addEventListener('submit', (event) => {
  event.preventDefault()
  const name = byId('name').value.trim()
  const roomName = byId('room').value.trim().toLowerCase()
  const problem = problemOf(name, roomName)
  byId('problem').textContent = problem ?? ''
  if (problem === undefined) enter(name, roomName)
})

byId('composer').addEventListener('submit', (event) => {
  event.preventDefault()
  const text = byId('text').value.trim()
  byId('text').value = ''
  byId('text').focus()
  if (text !== '') room?.say(text)
})

byId('text').addEventListener('keydown', (event) => {
  // Not while an input method puts a character together.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  event.preventDefault()
  byId('composer').requestSubmit()
})

byId('leave').addEventListener('click', () => leave())

byId('earlier').addEventListener('click', async ({ currentTarget: button }) => {
  const current = room
  button.disabled = true
  try {
    const messages = await current.earlier(view.firstId)
    if (room === current) view.addEarlier(messages)
    button.textContent = 'Earlier messages'
  } catch {
    button.textContent = 'Earlier messages: try again'
  } finally {
    button.disabled = false
  }
})

// A reload comes back to where it was.
const [savedRoom, name] = [sessionStorage.getItem('room') ?? '', savedName()]
if (problemOf(name, savedRoom) === undefined) enter(name, savedRoom)
else showEntrance()
