import { MesosError } from '../errors.ts'
import { attributeShape, type Attribute } from '../protocol/index.ts'
import { isScalar, parseRanges } from './values.ts'

const ENTRIES = /[;\n]/

/**
 * Attributes of an agent from a flag such as `rack:a;zone:1;ports:[1-9]`: entries parted by `;`, each `name:value`, whose
 * value is a number, ranges in brackets, or else a text, in which spaces count for nothing. Or from a JSON array of
 * attributes. An empty text is none. Of several of one name each stands for itself.
 * @throws TROUPE_MESOS_ATTRIBUTES_UNPARSABLE naming the entry that can't be read
 * @see docs/attributes-resources.md of Apache Mesos
 */
export function parseAttributes(text: string): readonly Attribute[] {
  if (text.trimStart().startsWith('[')) return parseJson(text)
  return text
    .split(ENTRIES)
    .filter((entry) => entry.trim() !== '')
    .map(parseEntry)
}

function parseEntry(entry: string): Attribute {
  const at = entry.indexOf(':')
  const name = entry.slice(0, Math.max(at, 0)).trim()
  const value = entry.slice(at + 1).replaceAll(' ', '')
  if (name === '' || value === '') throw unparsable(entry, 'expected name:value')
  if (value.startsWith('[')) {
    const range = parseRanges(value, (why) => unparsable(entry, why))
    return { name, type: 'RANGES', ranges: { range } }
  }
  if (value.startsWith('{')) throw unparsable(entry, 'an attribute is no set')
  return isScalar(value)
    ? { name, type: 'SCALAR', scalar: { value: Number(value) } }
    : { name, type: 'TEXT', text: { value } }
}

function parseJson(text: string): readonly Attribute[] {
  let values: unknown
  try {
    values = JSON.parse(text)
  } catch (error) {
    throw unparsable(text, `it begins as JSON does, and is none (${String(error)})`)
  }
  return (values as readonly unknown[]).map((value) => {
    if (isAttribute(value) && value.name !== '') return value
    throw unparsable(JSON.stringify(value), 'it has not the form of an attribute')
  })
}

function isAttribute(value: unknown): value is Attribute {
  return attributeShape(value)
}

function unparsable(entry: string, why: string): MesosError {
  return new MesosError(
    'TROUPE_MESOS_ATTRIBUTES_UNPARSABLE',
    `Can't read the attribute '${entry}': ${why}. Write them as rack:a;zone:1;slots:[1-9].`,
    { data: { entry, why } },
  )
}
