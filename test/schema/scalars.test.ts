import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  bool,
  date,
  datetime,
  email,
  int,
  literal,
  num,
  type Schema,
  SerializationError,
  str,
  uuid,
} from '../../src/schema/index.ts'
import { issuesOf, readText } from './support.ts'

/** The first issue as type and message. */
function firstIssue(schema: Schema<unknown>, input: unknown): string {
  const [issue] = issuesOf(schema, input)
  return issue === undefined ? 'valid' : `${issue.type}: ${issue.msg}`
}

describe('int', () => {
  const texts: [text: string, value: unknown][] = [
    ['0', 0],
    ['-0', 0],
    ['42', 42],
    ['+7', 7],
    [' 42 ', 42],
    ['007', 7],
    ['1_000', 1000],
    ['1.0', 1],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['-9007199254740991', Number.MIN_SAFE_INTEGER],
    ['9007199254740992', 'int_parsing_size'],
    ['99999999999999999999999', 'int_parsing_size'],
    ['', 'int_parsing'],
    [' ', 'int_parsing'],
    ['1.5', 'int_parsing'],
    ['1e3', 'int_parsing'],
    ['0x10', 'int_parsing'],
    ['1__0', 'int_parsing'],
    ['_1', 'int_parsing'],
    ['one', 'int_parsing'],
    ['１', 'int_parsing'],
  ]
  for (const [text, value] of texts) {
    it(`reads the text ${JSON.stringify(text)} as ${String(value)}`, () => {
      assert.ok(Object.is(readText(int(), text), value))
    })
  }

  it('takes no text where the wire has numbers', () => {
    assert.equal(firstIssue(int(), '1'), 'int_type: Input should be a valid integer')
  })

  it('refuses what is no whole number that JavaScript holds exactly', () => {
    assert.match(firstIssue(int(), 1.5), /^int_from_float: .*fractional part$/)
    assert.match(firstIssue(int(), 2 ** 53), /^int_parsing_size: /)
    assert.match(firstIssue(int(), true), /^int_type: /)
    assert.match(firstIssue(int(), null), /^int_type: /)
    assert.match(firstIssue(int(), Number.NaN), /^int_from_float: /)
  })

  it('reports each kind of bound as Pydantic does', () => {
    const should = 'Input should be'
    assert.equal(
      firstIssue(int({ min: 1 }), 0),
      `greater_than_equal: ${should} greater than or equal to 1`,
    )
    assert.equal(firstIssue(int({ above: 1 }), 1), `greater_than: ${should} greater than 1`)
    assert.equal(
      firstIssue(int({ max: 1 }), 2),
      `less_than_equal: ${should} less than or equal to 1`,
    )
    assert.equal(firstIssue(int({ below: 1 }), 1), `less_than: ${should} less than 1`)
    assert.equal(firstIssue(int({ multipleOf: 3 }), 4), `multiple_of: ${should} a multiple of 3`)
    assert.deepEqual(issuesOf(int({ min: 1 }), 0)[0]?.ctx, { ge: 1 })
    assert.equal(firstIssue(int({ min: 1, max: 3, multipleOf: 2 }), 2), 'valid')
  })

  it('writes a bigint, which a database gives for int8, and nothing else', () => {
    assert.equal(int().write(2n ** 60n), '1152921504606846976')
    for (const value of ['1', 1.5, null, undefined, Number.NaN]) {
      assert.throws(() => int().write(value), SerializationError)
    }
    assert.throws(() => int({ max: 3 }).write(4), /less than or equal to 3/)
  })

  it('refuses options that cannot work', () => {
    assert.throws(() => int({ mni: 1 } as never), { code: 'CORE_OPTION' })
    assert.throws(() => int({ min: Number.NaN }), { code: 'CORE_OPTION' })
    assert.throws(() => int({ multipleOf: 0 }), { code: 'CORE_OPTION' })
    assert.throws(() => int({ min: 1, default: 0 }), { code: 'SCHEMA_DEFINITION' })
  })
})

describe('num', () => {
  const texts: [text: string, value: unknown][] = [
    ['1', 1],
    ['-0.5', -0.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['1E-2', 0.01],
    ['1_0.5', 10.5],
    ['nan', 'finite_number'],
    ['-Infinity', 'finite_number'],
    ['1e999', 'finite_number'],
    ['', 'float_parsing'],
    ['.', 'float_parsing'],
    ['1e', 'float_parsing'],
    ['0x1', 'float_parsing'],
    ['1,5', 'float_parsing'],
  ]
  for (const [text, value] of texts) {
    it(`reads the text ${JSON.stringify(text)} as ${String(value)}`, () => {
      assert.equal(readText(num(), text), value)
    })
  }

  it('takes finite numbers only', () => {
    assert.equal(firstIssue(num(), '1'), 'float_type: Input should be a valid number')
    assert.match(firstIssue(num(), Number.POSITIVE_INFINITY), /^finite_number: /)
    assert.throws(() => num().write(Number.NaN), SerializationError)
    assert.equal(firstIssue(num({ multipleOf: 0.1 }), 0.3), 'valid')
  })
})

describe('bool', () => {
  it('reads the words that Pydantic knows, in any case', () => {
    for (const word of ['1', 'on', 'T', 'True', 'y', 'YES'])
      assert.equal(readText(bool(), word), true)
    for (const word of ['0', 'OFF', 'f', 'false', 'n', 'No']) {
      assert.equal(readText(bool(), word), false)
    }
    for (const word of ['', '2', 'yep', ' true'])
      assert.equal(readText(bool(), word), 'bool_parsing')
  })

  it('takes no words where the wire has booleans', () => {
    assert.equal(firstIssue(bool(), 'true'), 'bool_type: Input should be a valid boolean')
    assert.match(firstIssue(bool(), 1), /^bool_type/)
  })
})

describe('str', () => {
  it('counts code points, as JSON Schema does', () => {
    assert.equal(firstIssue(str({ maxLength: 2 }), '😀😀'), 'valid')
    assert.equal(
      firstIssue(str({ maxLength: 1 }), '😀😀'),
      'string_too_long: String should have at most 1 character',
    )
    assert.equal(
      firstIssue(str({ minLength: 3 }), '😀😀'),
      'string_too_short: String should have at least 3 characters',
    )
    assert.equal(firstIssue(str({ minLength: 2, maxLength: 4 }), 'abc'), 'valid')
  })

  it('matches a pattern anywhere, every time', () => {
    const schema = str({ pattern: /b/g })
    for (let round = 0; round < 3; round++) assert.equal(firstIssue(schema, 'abc'), 'valid')
    assert.equal(
      firstIssue(schema, 'ac'),
      "string_pattern_mismatch: String should match pattern 'b'",
    )
  })

  it('checks what it writes', () => {
    assert.equal(str().write('a"\n😀\ud800'), JSON.stringify('a"\n😀\ud800'))
    assert.throws(() => str({ minLength: 2 }).write('a'), SerializationError)
    assert.throws(() => str().write(1), SerializationError)
  })

  it('refuses options that cannot work', () => {
    assert.throws(() => str({ minLength: 3, maxLength: 2 }), { code: 'CORE_OPTION' })
    assert.throws(() => str({ minLength: -1 }), { code: 'CORE_OPTION' })
    assert.throws(() => str({ pattern: '(' }), { code: 'CORE_OPTION' })
  })
})

describe('uuid', () => {
  const wrong: [text: string, reason: string][] = [
    ['not-a-uuid', 'invalid character: found `n` at 1'],
    ['abc', 'invalid length: expected length 32 for simple format, found 3'],
    ['a-b', 'invalid group count: expected 5, found 2'],
    ['a-b-c-d-e', 'invalid group length in group 0: expected 8, found 1'],
  ]
  for (const [text, reason] of wrong) {
    it(`says what is wrong with ${text}`, () => {
      const [issue] = issuesOf(uuid(), text)
      assert.equal(issue?.type, 'uuid_parsing')
      assert.equal(issue.msg, `Input should be a valid UUID, ${reason}`)
    })
  }

  it('takes the usual notation in any case', () => {
    assert.equal(firstIssue(uuid(), '550E8400-e29b-41d4-a716-446655440000'), 'valid')
  })
})

describe('email', () => {
  it('takes the addresses that people have', () => {
    for (const text of ['a@b.de', 'first.last+tag@sub.example.com', "o'neil@x-y.org"]) {
      assert.equal(firstIssue(email(), text), 'valid')
    }
  })

  it('refuses the others with a reason', () => {
    const wrong = [
      '',
      'a',
      '@b.de',
      'a@',
      'a@b',
      'a..b@c.de',
      '.a@b.de',
      'a@-b.de',
      'a b@c.de',
      'a@b..de',
      `${'a'.repeat(65)}@b.de`,
    ]
    for (const text of wrong) {
      assert.match(
        firstIssue(email(), text),
        /^value_error: value is not a valid email address: ./,
        text,
      )
    }
  })
})

describe('date', () => {
  it('takes days that the calendar has', () => {
    assert.equal(firstIssue(date(), '2024-02-29'), 'valid')
    assert.equal(firstIssue(date(), '0001-01-01'), 'valid')
    for (const text of ['2023-02-29', '2024-13-01', '2024-00-10', '2024-1-1', '2024-01-01T0', '']) {
      assert.match(firstIssue(date(), text), /^date_from_datetime_parsing/, text)
    }
  })
})

describe('datetime', () => {
  it('reads moments with Z or an offset', () => {
    const expected = new Date('2024-02-29T12:00:00.123Z')
    for (const text of [
      '2024-02-29T12:00:00.123Z',
      '2024-02-29 14:00:00.123456+02:00',
      '2024-02-29t05:00:00.123-0700',
    ]) {
      assert.deepEqual(readText(datetime(), text), expected, text)
    }
  })

  it('refuses what would mean something else on another machine, or nothing', () => {
    assert.equal(readText(datetime(), '2024-02-29T12:00:00'), 'timezone_aware')
    for (const text of [
      '2024-02-30T12:00:00Z',
      '2024-02-29T24:00:00Z',
      '2024-02-29T12:60:00Z',
      '2024-02-29T12:00:00+25:00',
      'now',
    ]) {
      assert.equal(readText(datetime(), text), 'datetime_from_date_parsing', text)
    }
    assert.match(firstIssue(datetime(), 0), /^datetime_type/)
  })

  it('writes a Date as ISO 8601', () => {
    assert.equal(datetime().write(new Date(0)), '"1970-01-01T00:00:00Z"')
    assert.throws(() => datetime().write(new Date(Number.NaN)), SerializationError)
    assert.throws(() => datetime().write('1970-01-01T00:00:00Z'), SerializationError)
  })
})

describe('literal', () => {
  it('takes the given values only, and the texts that spell them', () => {
    const schema = literal('a', 1, true, null)
    assert.equal(firstIssue(schema, 'b'), "literal_error: Input should be 'a', 1, true or null")
    assert.match(firstIssue(schema, '1'), /^literal_error/)
    assert.equal(readText(schema, '1'), 1)
    assert.equal(readText(schema, 'b'), 'literal_error')
    assert.equal(schema.write(true), 'true')
    assert.throws(() => schema.write(2), SerializationError)
    assert.throws(() => literal(), { code: 'CORE_OPTION' })
  })
})
