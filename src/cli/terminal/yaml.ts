/** Texts that need no quotes: no sign of YAML in them, and nothing that reads as another type. */
const PLAIN = /^[A-Za-z_/$][\w/$.{}-]*(?: [\w/$.{}()-]+)*$/
const OTHER_TYPE = /^(?:true|false|yes|no|on|off|y|n|null|nan|inf)$/i

/** Plain data as YAML 1.2, in blocks; what JSON does not know is left out, as there. */
export function toYaml(value: unknown): string {
  return `${block(JSON.parse(JSON.stringify(value)), '').join('\n')}\n`
}

function block(value: unknown, indent: string): string[] {
  if (Array.isArray(value) && value.length > 0) {
    return value.flatMap((item) => {
      const [first = '', ...rest] = block(item, `${indent}  `)
      return [`${indent}- ${first.trimStart()}`, ...rest]
    })
  }
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, item]) => entry(key, item, indent))
  }
  return [`${indent}${scalar(value)}`]
}

function entry(key: string, value: unknown, indent: string): string[] {
  const isNested = typeof value === 'object' && value !== null && Object.keys(value).length > 0
  const head = `${indent}${scalar(key)}:`
  return isNested ? [head, ...block(value, `${indent}  `)] : [`${head} ${scalar(value)}`]
}

/** Everything else is written as JSON, which YAML contains. */
function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  return PLAIN.test(value) && !OTHER_TYPE.test(value) ? value : JSON.stringify(value)
}
