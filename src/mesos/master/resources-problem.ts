import type { Resource } from '../protocol/index.ts'

/** Why resources are not all allocated to `role`, which is that of their offers. */
export function roleProblem(resources: readonly Resource[], role: string): string | undefined {
  const other = resources.find((one) => (one.allocation_info?.role ?? role) !== role)
  return other === undefined
    ? undefined
    : `The resources have multiple allocation roles ('${role}' and '${other.allocation_info?.role ?? ''}') but only one allocation role is allowed`
}

/** Why what may be taken back and what may not are not to be used together. */
export function revocableProblem(resources: readonly Resource[]): string | undefined {
  if (resources.every(({ revocable }) => revocable === undefined)) return undefined
  const firm = new Set(
    resources.filter((one) => one.revocable === undefined).map(({ name }) => name),
  )
  const both = resources.find((one) => one.revocable !== undefined && firm.has(one.name))
  return both === undefined
    ? undefined
    : `Cannot use both revocable and non-revocable '${both.name}' at the same time`
}

/** Whether ranges or sets of one have something in common with those of the other. */
export function overlap(a: readonly Resource[], b: readonly Resource[]): boolean {
  return a.some((one) =>
    b.some((other) => {
      if (one.name !== other.name) return false
      if (one.type === 'RANGES' && other.type === 'RANGES') {
        return one.ranges.range.some((left) =>
          other.ranges.range.some(({ begin, end }) => left.begin <= end && begin <= left.end),
        )
      }
      if (one.type === 'SET' && other.type === 'SET') {
        return one.set.item.some((item) => other.set.item.includes(item))
      }
      return false
    }),
  )
}

/** Resources in JSON as Mesos writes it into its messages: names in order, scalars always with a fraction. */
export function jsonResources(resources: readonly Resource[]): string {
  return `[${resources.map((one) => json(one, '')).join(',')}]`
}

function json(value: unknown, within: string): string {
  if (typeof value === 'number' && within === 'scalar' && Number.isInteger(value))
    return `${value}.0`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((one) => json(one, within)).join(',')}]`
  const fields = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, one]) => `${JSON.stringify(name)}:${json(one, name === 'value' ? within : name)}`).join(',')}}`
}
