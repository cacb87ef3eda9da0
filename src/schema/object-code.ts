import { Code } from './compile/code.ts'
import { emitCheck, emitWrite } from './compile/emit.ts'
import { type Field, mayBeAbsent } from './object-writer.ts'
import { emitObjectTest } from './record.ts'

/** A declared key in the code of a check. */
interface Read {
  readonly field: Field
  /** The value found, maybe `undefined`. */
  readonly found: string
  /** The value to use: `found` itself if the check never changes a value. */
  readonly used: string
}

/**
 * Writes the check of an object: the input itself if it holds exactly what is declared, else a copy.
 *
 * @param isClosed - whether undeclared keys are refused
 */
export function emitObjectCheck(
  plan: readonly Field[],
  isClosed: boolean,
  code: Code,
  input: string,
): string {
  emitObjectTest(code, input)
  const reads = plan.map((field) => emitFieldCheck(field, code, input))
  const required = reads.filter(({ field }) => isRequired(field)).length
  const others = reads.filter(({ field }) => !isRequired(field))
  const [count, expected] = [code.name(), code.name()]
  code.line(`let ${count} = 0`)
  code.line(`for (const _ in ${input}) ${count}++`)
  const present = others.map(({ found }) => `(${found} === undefined ? 0 : 1)`)
  code.line(`const ${expected} = ${[required, ...present].join(' + ')}`)
  if (isClosed) code.failIf(`${count} !== ${expected}`)
  return emitCopy(code, reads, input, [
    ...(isClosed ? [] : [`${count} !== ${expected}`]),
    ...reads
      .filter(({ found, used }) => found !== used)
      .map(({ found, used }) => `${found} !== ${used}`),
  ])
}

function isRequired(field: Field): boolean {
  return !field.isOptional && !field.schema.hasDefault
}

function emitFieldCheck(field: Field, code: Code, input: string): Read {
  const { schema } = field
  const found = emitFound(field, code, input)
  if (isRequired(field)) {
    code.failIf(`${found} === undefined`)
    return { field, found, used: emitCheck(code, schema, found) }
  }
  const used = code.name()
  code.line(`let ${used} = ${found}`)
  code.line(`if (${found} !== undefined) {`)
  const checked = emitCheck(code, schema, found)
  if (checked !== found) code.line(`${used} = ${checked}`)
  code.line('}')
  if (!schema.hasDefault) return { field, found, used: checked === found ? found : used }
  code.line(`else ${used} = ${code.constant(schema)}.makeDefault()`)
  return { field, found, used }
}

function emitFound({ key, isInherited }: Field, code: Code, input: string): string {
  const found = code.name()
  const name = Code.literal(key)
  const guard = isInherited ? `!Object.hasOwn(${input}, ${name}) ? undefined : ` : ''
  code.line(`const ${found} = ${guard}${input}[${name}]`)
  return found
}

/** Keys in the order of declaration, as one literal as far as they are always there. */
function emitCopy(
  code: Code,
  reads: readonly Read[],
  input: string,
  conditions: readonly string[],
): string {
  if (conditions.length === 0) return input
  const result = code.name()
  const split = reads.findIndex(({ field }) => mayBeAbsent(field))
  const fixed = split === -1 ? reads : reads.slice(0, split)
  const entries = fixed.map(({ field, used }) => `${Code.literal(field.key)}: ${used}`)
  code.line(`let ${result} = ${input}`)
  code.line(`if (${conditions.join(' || ')}) {`)
  code.line(`${result} = { ${entries.join(', ')} }`)
  for (const { field, used } of reads.slice(fixed.length)) {
    const guard = mayBeAbsent(field) ? `if (${used} !== undefined) ` : ''
    code.line(`${guard}${result}[${Code.literal(field.key)}] = ${used}`)
  }
  code.line('}')
  return result
}

/** Writes the JSON text of an object: declared keys only, in the order of declaration. */
export function emitObjectWrite(plan: readonly Field[], code: Code, value: string): void {
  emitObjectTest(code, value)
  // Until a key is surely there, what separates the next one is known only at run time.
  let separator = ''
  let isStarted = false
  if (plan[0] !== undefined && mayBeAbsent(plan[0])) {
    separator = code.name()
    code.line(`let ${separator} = ''`)
  }
  code.text('{')
  for (const field of plan) {
    const isOptional = mayBeAbsent(field)
    const found = emitFoundOrDefault(field, code, value)
    if (isOptional) code.line(`if (${found} !== undefined) {`)
    else code.failIf(`${found} === undefined`)
    if (isStarted) code.text(',')
    else if (separator !== '') code.piece(separator)
    code.text(field.label)
    emitWrite(code, field.schema, found)
    if (isOptional && !isStarted) code.line(`${separator} = ','`)
    if (isOptional) code.line('}')
    else isStarted = true
  }
  code.text('}')
}

function emitFoundOrDefault(field: Field, code: Code, value: string): string {
  const found = emitFound(field, code, value)
  if (!field.schema.hasDefault) return found
  const used = code.name()
  const makeDefault = `${code.constant(field.schema)}.makeDefault()`
  code.line(`const ${used} = ${found} === undefined ? ${makeDefault} : ${found}`)
  return used
}
