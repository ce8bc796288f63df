import { MesosError } from '../errors.ts'
import { resourceShape, type Resource } from '../protocol/index.ts'
import { identityOf, isDynamic, isVolume } from './identity.ts'
import { fromWire, type Resources } from './resources.ts'
import { isRoleName } from './role.ts'
import { isScalar, listed, parseRanges } from './values.ts'
import { resourceProblem } from './validate.ts'

const ENTRY = /^([^\s():;[\]{}]+)\s*(?:\(\s*([^()]*?)\s*\))?\s*:\s*(.+)$/

/**
 * Resources from a flag such as `cpus:4;mem:2048;cpus(spark):8;mem(spark):4096;ports:[31000-32000];zones:{a,b}`: entries
 * parted by `;`, each `name:value` or, reserved statically, `name(role):value`. A value is a scalar, ranges in
 * brackets or a set in braces. An empty text is no resources. Or from a JSON array of resources, which can also say from
 * which disk (`disk.source`) they are. Volumes and dynamic reservations are not for flags.
 * @throws TROUPE_MESOS_RESOURCES_UNPARSABLE naming the entry that can't be read
 */
export function parseResources(text: string): Resources {
  if (text.trimStart().startsWith('[')) return fromWire(oneTypeEach(parseJson(text)))
  const entries = text
    .split(';')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  return fromWire(oneTypeEach(entries.map(parseEntry)))
}

function oneTypeEach(resources: readonly Resource[]): readonly Resource[] {
  const types = new Map(resources.map(({ name, type }) => [name, type]))
  for (const { name, type } of resources) {
    if (types.get(name) === type) continue
    throw new MesosError(
      'TROUPE_MESOS_RESOURCE_INVALID',
      `Resources with the same name ('${name}') but different types are not allowed`,
      { data: { name } },
    )
  }
  return resources
}

function parseJson(text: string): readonly Resource[] {
  let values: unknown
  try {
    values = JSON.parse(text)
  } catch (error) {
    throw unparsable(text, `it begins as JSON does, and is none (${String(error)})`)
  }
  return (values as readonly unknown[]).map((value) => {
    const entry = JSON.stringify(value)
    if (!isResource(value)) throw unparsable(entry, 'it has not the form of a resource')
    const wrong = resourceProblem(value) ?? flagProblem(value)
    if (wrong !== undefined) throw unparsable(entry, wrong)
    return value
  })
}

function isResource(value: unknown): value is Resource {
  return resourceShape(value)
}

/** What only the cluster itself may make of an agent's resources. */
function flagProblem(resource: Resource): string | undefined {
  const identity = identityOf(resource)
  if (isVolume(identity)) return 'Persistent volumes cannot be specified at the command line'
  if (identity.isRevocable) return 'Revocable resources cannot be specified at the command line'
  return isDynamic(identity)
    ? 'Dynamic reservations cannot be specified at the command line'
    : undefined
}

function parseEntry(entry: string): Resource {
  const match = ENTRY.exec(entry)
  if (match === null) throw unparsable(entry, 'expected name:value or name(role):value')
  const [, name = '', role, value = ''] = match
  if (role !== undefined && !isRoleName(role)) throw unparsable(entry, `'${role}' is not a role`)
  const base = { name, ...(role !== undefined && { role }) }
  const refuse = (why: string): MesosError => unparsable(entry, why)
  if (value.startsWith('[')) {
    return { ...base, type: 'RANGES', ranges: { range: parseRanges(value, refuse) } }
  }
  if (value.startsWith('{')) {
    return { ...base, type: 'SET', set: { item: listed(value, '}', refuse) } }
  }
  if (!isScalar(value)) throw refuse(`'${value}' is not a number ≥ 0`)
  return { ...base, type: 'SCALAR', scalar: { value: Number(value) } }
}

function unparsable(entry: string, why: string): MesosError {
  return new MesosError(
    'TROUPE_MESOS_RESOURCES_UNPARSABLE',
    `Can't read the resource '${entry}': ${why}. Write them as cpus:4;mem:2048;cpus(spark):8;ports:[31000-32000].`,
    { data: { entry, why } },
  )
}
