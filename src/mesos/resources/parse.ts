import { MesosError } from '../errors.ts'
import type { Range, Resource } from '../protocol/index.ts'
import { isRoleName } from './role.ts'
import { fromWire, type Resources } from './resources.ts'

const ENTRY = /^([^\s():;[\]{}]+)\s*(?:\(\s*([^()]*?)\s*\))?\s*:\s*(.+)$/
const SCALAR = /^\d+(\.\d+)?$/
const RANGE = /^(\d+)\s*-\s*(\d+)$/

/**
 * Resources from a flag such as `cpus:4;mem:2048;cpus(spark):8;mem(spark):4096;ports:[31000-32000];zones:{a,b}`: entries
 * parted by `;`, each `name:value` or, reserved statically, `name(role):value`. A value is a scalar, ranges in
 * brackets or a set in braces. An empty text is no resources.
 * @throws TROUPE_MESOS_RESOURCES_UNPARSABLE naming the entry that can't be read
 */
export function parseResources(text: string): Resources {
  const entries = text
    .split(';')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  return fromWire(entries.map(parseEntry))
}

function parseEntry(entry: string): Resource {
  const match = ENTRY.exec(entry)
  if (match === null) throw unparsable(entry, 'expected name:value or name(role):value')
  const [, name = '', role, value = ''] = match
  if (role !== undefined && !isRoleName(role)) throw unparsable(entry, `'${role}' is not a role`)
  const base = { name, ...(role !== undefined && { role }) }
  if (value.startsWith('[')) {
    return { ...base, type: 'RANGES', ranges: { range: parseRanges(entry, value) } }
  }
  if (value.startsWith('{')) {
    return { ...base, type: 'SET', set: { item: listed(entry, value, '}') } }
  }
  if (!SCALAR.test(value)) throw unparsable(entry, `'${value}' is not a number ≥ 0`)
  return { ...base, type: 'SCALAR', scalar: { value: Number(value) } }
}

function parseRanges(entry: string, value: string): readonly Range[] {
  return listed(entry, value, ']').map((part) => {
    const match = RANGE.exec(part)
    if (match === null) throw unparsable(entry, `'${part}' is not a range such as 31000-32000`)
    const range = { begin: Number(match[1]), end: Number(match[2]) }
    if (range.end < range.begin) throw unparsable(entry, `the range '${part}' runs backwards`)
    return range
  })
}

function listed(entry: string, value: string, closing: string): readonly string[] {
  if (!value.endsWith(closing)) throw unparsable(entry, `'${closing}' is missing at the end`)
  const parts = value
    .slice(1, -1)
    .split(',')
    .map((part) => part.trim())
  if (parts.length === 1 && parts[0] === '') return []
  if (parts.includes('')) throw unparsable(entry, 'an element of the list is empty')
  return parts
}

function unparsable(entry: string, why: string): MesosError {
  return new MesosError(
    'TROUPE_MESOS_RESOURCES_UNPARSABLE',
    `Can't read the resource '${entry}': ${why}. Write them as cpus:4;mem:2048;cpus(spark):8;ports:[31000-32000].`,
    { data: { entry, why } },
  )
}
