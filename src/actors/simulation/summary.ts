const MAX_CHARACTERS = 160
const MAX_DEPTH = 3

/** A message in short, for people: its fields without `type`, refs by their paths, bytes by their number. */
export function summary(message: unknown): string {
  if (typeof message !== 'object' || message === null) return shown(message, 0)
  const fields = Object.entries(message).filter(([name]) => name !== 'type')
  return cut(fields.map(([name, value]) => `${name}: ${shown(value, 1)}`).join(', '))
}

function cut(text: string): string {
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS - 1)}…`
}

function shown(value: unknown, depth: number): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 40 ? `${value.slice(0, 39)}…` : value)
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  const { path, tell } = value as { readonly path?: unknown; readonly tell?: unknown }
  if (typeof path === 'string' && typeof tell === 'function') return path
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`
  if (value instanceof Error) return `${value.name}: ${value.message}`
  if (depth >= MAX_DEPTH) return Array.isArray(value) ? `${value.length} items` : '…'
  if (Array.isArray(value)) {
    const items = value.slice(0, 4).map((item) => shown(item, depth + 1))
    return `[${items.join(', ')}${value.length > 4 ? `, … ${value.length}` : ''}]`
  }
  const names = Object.keys(value)
  const fields = names
    .slice(0, 6)
    .map((name) => `${name}: ${shown((value as Record<string, unknown>)[name], depth + 1)}`)
  return `{${fields.join(', ')}${names.length > 6 ? ', …' : ''}}`
}
