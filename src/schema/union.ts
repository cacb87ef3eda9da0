import { OptionError } from '../core/errors.ts'
import type { Code } from './compile/code.ts'
import { type EmitPart, emitCheck, emitJson, withCode } from './compile/emit.ts'
import { SerializationError } from './errors.ts'
import { INVALID, type Issues } from './issue.ts'
import { type Infer, Schema } from './schema.ts'

/**
 * The first of the members that fits, in the order given, on the way in and on the way out: put
 * the schema with more keys first. If none fits, the failures of all are reported, each under the
 * name of its member.
 *
 * @throws {OptionError} if fewer than two members are given
 */
export function union<const Members extends readonly Schema<unknown>[]>(
  ...members: Members
): Schema<Infer<Members[number]>> {
  if (members.length < 2) throw new OptionError('union()', members, 'two or more schemas')
  return new Schema({
    kind: 'union',
    check: withCode(
      (input: unknown, issues: Issues) =>
        firstFit(members, issues, (member, trial) => member.check(input, trial)),
      (code, input) => emitFirstFit(members, emitCheck, code, input),
    ),
    checkText: (text, issues) =>
      firstFit(members, issues, (member, trial) => member.checkText(text, trial)),
    write: withCode(
      (value: unknown) => writeFirstFit(members, value),
      (code, value) => emitFirstFit(members, emitJson, code, value),
    ),
    toJsonSchema: (refs) => ({ anyOf: members.map((member) => member.toJsonSchema(refs)) }),
  })
}

function firstFit(
  members: readonly Schema<unknown>[],
  issues: Issues,
  attempt: (member: Schema<unknown>, issues: Issues) => unknown,
): unknown {
  const start = issues.items.length
  for (const member of members) {
    const from = issues.items.length
    const value = attempt(member, issues)
    if (value !== INVALID) {
      issues.rewind(start)
      return value
    }
    issues.prefix(from, member.info.title ?? member.kind)
  }
  return INVALID
}

function writeFirstFit(members: readonly Schema<unknown>[], value: unknown): string {
  let reason: SerializationError | undefined
  for (const member of members) {
    try {
      return member.write(value)
    } catch (error) {
      if (!(error instanceof SerializationError)) throw error
      reason ??= error
    }
  }
  throw reason ?? new SerializationError('fits no member of the union')
}

function emitFirstFit(
  members: readonly Schema<unknown>[],
  emitPart: EmitPart,
  code: Code,
  input: string,
): string {
  const [result, known, done] = [code.name(), code.name(), code.name()]
  code.line(`let ${result}`)
  if (emitPart === emitCheck) code.line(`const ${known} = ${code.issues}.items.length`)
  code.line(`${done}: {`)
  for (const member of members) {
    const next = code.name()
    code.line(`${next}: {`)
    code.failingWith(`break ${next}`, () => {
      code.line(`${result} = ${emitPart(code, member, input)}`)
    })
    code.line(`break ${done}`)
    code.line('}')
  }
  code.fail()
  code.line('}')
  if (emitPart === emitCheck) code.line(`${code.issues}.rewind(${known})`)
  return result
}
