import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BodyRoom, MIN_ROOM_BYTES } from '../../../src/http/message/body-room.ts'

const MANY = 1_000_000

describe('BodyRoom', () => {
  it('gives the memory behind what has been taken, until too little is left', () => {
    const room = new BodyRoom()
    const first = room.next(MANY)!
    assert.equal(room.take(first.subarray(0, 1000), 0, 1000), true)
    const second = room.next(MANY)!
    assert.equal(second.buffer, first.buffer)
    assert.equal(second.byteOffset, first.byteOffset + 1000)
    const rest = second.length - MIN_ROOM_BYTES + 1
    assert.equal(room.take(second.subarray(0, rest), 0, rest), true)
    assert.notEqual(room.next(MANY)!.buffer, first.buffer)
  })

  it('gives no more than is missing', () => {
    const room = new BodyRoom()
    assert.equal(room.next(MIN_ROOM_BYTES)?.length, MIN_ROOM_BYTES)
    assert.equal(room.next(MIN_ROOM_BYTES - 1), undefined)
    assert.equal(new BodyRoom().next(20_000)?.length, 20_000)
  })

  it('does not take what was received elsewhere, or is empty', () => {
    const room = new BodyRoom()
    assert.equal(room.take(Buffer.alloc(10), 0, 10), false)
    const memory = room.next(MANY)!
    assert.equal(room.take(Buffer.alloc(10), 0, 10), false)
    assert.equal(room.take(memory, 0, 0), false)
  })
})
