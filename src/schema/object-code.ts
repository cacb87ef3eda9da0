import { Code } from './compile/code.ts'
import { emitCheck, emitJson } from './compile/emit.ts'
import { type Field, mayBeAbsent } from './object-writer.ts'
import { emitObjectTest } from './record.ts'

/** A declared key in code. */
interface Read {
  readonly field: Field
  /** Names the value found, maybe `undefined`. */
  readonly found: string
  /** Names the value to use: `found` itself if it is never another one. */
  readonly used: string
}

/**
 * Writes the check of an object: the input itself if it holds exactly what is declared, else a copy.
 *
 * @param known - the declared keys if others are refused
 */
export function emitObjectCheck(
  plan: readonly Field[],
  known: ReadonlySet<string> | undefined,
  code: Code,
  input: string,
): string {
  emitObjectTest(code, input)
  const reads = plan.map((field) => emitFieldCheck(field, code, input))
  const count = code.name()
  code.line(`let ${count} = 0`)
  code.line(`for (const _ in ${input}) ${count}++`)
  const hasOthers = `${count} !== ${countFound(reads)}`
  if (known !== undefined) {
    // The count is only a quick look: it knows inherited keys and those with nothing, too.
    const isStranger = (key: string): boolean => !known.has(key)
    code.failIf(`${hasOthers} && Object.keys(${input}).some(${code.constant(isStranger)})`)
  }
  return emitCopy(code, reads, input, [hasOthers])
}

/**
 * Writes how an object becomes plain data with the declared keys only, in the order of declaration:
 * itself if it is that already.
 */
export function emitObjectJson(plan: readonly Field[], code: Code, value: string): string {
  emitObjectTest(code, value)
  const reads = plan.map((field) => emitFieldJson(field, code, value))
  const [at, count, key] = [code.name(), code.name(), code.name()]
  const keys = code.constant(plan.map((field) => field.key))
  code.line(`let ${at} = 0, ${count} = 0`)
  code.line(`for (const ${key} in ${value}) {`)
  code.line(`while (${at} < ${plan.length} && ${keys}[${at}] !== ${key}) ${at}++`)
  code.line(`${at}++`)
  code.line(`${count}++`)
  code.line('}')
  return emitCopy(code, reads, value, [
    // Beyond the end if a key is not declared, or stands behind one that is declared after it.
    `${at} > ${plan.length}`,
    `${count} !== ${countFound(reads)}`,
    // Of others JSON.stringify takes own keys only, and may ask a method for what to write.
    `Object.getPrototypeOf(${value}) !== Object.prototype`,
  ])
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
  if (schema.hasDefault) code.line(`else ${used} = ${code.constant(schema)}.makeDefault()`)
  return { field, found, used: schema.hasDefault || checked !== found ? used : found }
}

function emitFieldJson(field: Field, code: Code, value: string): Read {
  const { schema } = field
  const found = emitFound(field, code, value)
  if (mayBeAbsent(field)) {
    const used = code.name()
    code.line(`let ${used}`)
    code.line(`if (${found} !== undefined) {`)
    const made = emitJson(code, schema, found)
    code.line(`${used} = ${made}`)
    code.line('}')
    return { field, found, used: made === found ? found : used }
  }
  let given = found
  if (schema.hasDefault) {
    given = code.name()
    code.line(`let ${given} = ${found}`)
    code.line(`if (${found} === undefined) ${given} = ${code.constant(schema)}.makeDefault()`)
  }
  code.failIf(`${given} === undefined`)
  return { field, found, used: emitJson(code, schema, given) }
}

function emitFound({ key, isInherited }: Field, code: Code, input: string): string {
  const found = code.name()
  const name = Code.literal(key)
  const guard = isInherited ? `!Object.hasOwn(${input}, ${name}) ? undefined : ` : ''
  code.line(`const ${found} = ${guard}${input}[${name}]`)
  return found
}

/** An expression for how many of the declared keys are there. */
function countFound(reads: readonly Read[]): string {
  const isSure = ({ field }: Read): boolean => isRequired(field)
  const others = reads.filter((read) => !isSure(read))
  const terms = others.map(({ found }) => `(${found} === undefined ? 0 : 1)`)
  return [reads.length - others.length, ...terms].join(' + ')
}

function isRequired(field: Field): boolean {
  return !field.isOptional && !field.schema.hasDefault
}

/**
 * Writes the copy of an object, made if one of the conditions holds or a value is another one: keys
 * in the order of declaration, as one literal as far as they are always there.
 */
function emitCopy(
  code: Code,
  reads: readonly Read[],
  input: string,
  conditions: readonly string[],
): string {
  const changed = reads.filter(({ found, used }) => found !== used)
  const all = [...conditions, ...changed.map(({ found, used }) => `${found} !== ${used}`)]
  if (all.length === 0) return input
  const result = code.name()
  const split = reads.findIndex(({ field }) => mayBeAbsent(field))
  const fixed = split === -1 ? reads : reads.slice(0, split)
  const entries = fixed.map(({ field, used }) => `${Code.literal(field.key)}: ${used}`)
  code.line(`let ${result} = ${input}`)
  code.line(`if (${all.join(' || ')}) {`)
  code.line(`${result} = { ${entries.join(', ')} }`)
  for (const { field, used } of reads.slice(fixed.length)) {
    const guard = mayBeAbsent(field) ? `if (${used} !== undefined) ` : ''
    code.line(`${guard}${result}[${Code.literal(field.key)}] = ${used}`)
  }
  code.line('}')
  return result
}
