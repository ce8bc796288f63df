/** What an answer is made of. Fields that are undefined are left out. */
export type JsonValue = string | number | boolean | readonly JsonValue[] | JsonFields
export interface JsonFields {
  readonly [key: string]: JsonValue | undefined
}

const INDENT = '  '

/** JSON laid out as Spark lays it out: fields in lines of their own, items in one line. */
export function prettyJson(value: JsonValue): string {
  const parts: string[] = []
  write(value, '\n', parts)
  return parts.join('')
}

function write(value: JsonValue, line: string, parts: string[]): void {
  if (typeof value !== 'object') parts.push(JSON.stringify(value))
  else if (isList(value)) writeItems(value, line, parts)
  else writeFields(value, line, parts)
}

function writeItems(items: readonly JsonValue[], line: string, parts: string[]): void {
  let before = '[ '
  for (const item of items) {
    parts.push(before)
    write(item, line, parts)
    before = ', '
  }
  parts.push(items.length === 0 ? '[ ]' : ' ]')
}

function writeFields(fields: JsonFields, line: string, parts: string[]): void {
  const inner = line + INDENT
  let before = '{'
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue
    parts.push(before, inner, JSON.stringify(key), ' : ')
    write(value, inner, parts)
    before = ','
  }
  parts.push(before === '{' ? '{ }' : `${line}}`)
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
