/** In the order of their numbers in `ExecutorInfo`; what is nested comes in the order in which it was given. */
const ORDER = [
  'executor_id',
  'data',
  'resources',
  'command',
  'framework_id',
  'name',
  'source',
  'container',
  'discovery',
  'shutdown_grace_period',
  'labels',
  'type',
]
/** Fields whose texts are names of an enum. */
const ENUMS: ReadonlySet<string> = new Set(['type', 'mode', 'network'])

/** An `ExecutorInfo` as protobuf's text form writes it, which is how Mesos shows one. */
export function debugString(info: object): string {
  const fields = info as Readonly<Record<string, unknown>>
  return ORDER.map((name) => field(name, fields[name], '')).join('')
}

function field(name: string, value: unknown, indent: string): string {
  if (value === undefined || value === null) return ''
  if (value instanceof Uint8Array) {
    const text = [...value].map((byte) => String.fromCharCode(byte)).join('')
    return `${indent}${name}: ${quoted(text)}\n`
  }
  if (Array.isArray(value)) return value.map((one) => field(name, one, indent)).join('')
  if (typeof value === 'object') {
    const inner = Object.entries(value)
      .map(([key, one]) => field(key, one, `${indent}  `))
      .join('')
    return `${indent}${name} {\n${inner}${indent}}\n`
  }
  const plain = value as string | number | boolean
  const text = typeof plain === 'string' && !ENUMS.has(name) ? quoted(plain) : String(plain)
  return `${indent}${name}: ${text}\n`
}

function quoted(text: string): string {
  const escaped = text.replace(
    /["\\]|[^\u0020-\u007e]/g,
    (one) => ESCAPES[one] ?? octal(one.charCodeAt(0)),
  )
  return `"${escaped}"`
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

function octal(code: number): string {
  return `\\${code.toString(8).padStart(3, '0')}`
}
