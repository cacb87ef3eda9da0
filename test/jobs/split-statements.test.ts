import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { splitStatements } from '../../src/jobs/split-statements.ts'

describe('splitStatements', () => {
  const texts: [string, string[]][] = [
    ['select 1', ['select 1']],
    ['select 1; select 2;', ['select 1', 'select 2']],
    ["select ';'; select 'it''s;'", ["select ';'", "select 'it''s;'"]],
    ['select ";" from "a;""b"; x', ['select ";" from "a;""b"', 'x']],
    ['do $$ begin a; end $$; b', ['do $$ begin a; end $$', 'b']],
    ['do $x$ $$;$$ ; $x$; b', ['do $x$ $$;$$ ; $x$', 'b']],
    ['a -- ; not yet\n; b /* ; */; -- the end;', ['a -- ; not yet', 'b /* ; */']],
    [' ; ;\n', []],
    ['select $1; select $2', ['select $1', 'select $2']],
  ]
  for (const [text, statements] of texts) {
    it(`finds ${statements.length} in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(splitStatements(text), statements)
    })
  }
})
