import type { Range, Resource } from '../protocol/index.ts'
import { describeResource } from './describe.ts'
import { isDynamic, identityOf } from './identity.ts'
import { isBelow, roleProblem } from './role.ts'
import { idProblem } from './id.ts'

/** The least that is not zero in three decimals, and the most whose sums are exact. */
const LEAST = 0.0005
const MOST = 2 ** 41

const RESERVATION_TYPES: readonly string[] = ['STATIC', 'DYNAMIC']

/**
 * What is wrong with resources that are to be used, each in order by itself, in the words of Mesos; undefined if nothing is.
 * @see master/validation.cpp of Apache Mesos, `resource::validate`
 */
export function resourcesProblem(resources: readonly Resource[]): string | undefined {
  const gpus = resources.reduce((sum, one) => sum + (one.name === 'gpus' ? scalar(one) : 0), 0)
  if (Math.round(gpus * 1000) % 1000 !== 0) {
    return "Invalid 'gpus' resource: The 'gpus' resource must be an unsigned integer"
  }
  for (const resource of resources) {
    const disk = diskProblem(resource)
    if (disk !== undefined) return `Invalid DiskInfo: ${disk}`
  }
  for (const resource of resources) {
    if (resource.revocable !== undefined && isDynamic(identityOf(resource))) {
      return `Invalid ReservationInfo: Dynamically reserved resource ${describeResource(resource)} cannot be created from revocable resources`
    }
  }
  return undefined
}

/** What is wrong with the form of some resources: the first that is in none, and why. */
export function formProblem(resources: readonly Resource[]): string | undefined {
  for (const resource of resources) {
    const wrong = resourceProblem(resource)
    if (wrong !== undefined)
      return `Resource '${describeResource(resource, 'raw')}' is invalid: ${wrong}`
  }
  return undefined
}

/**
 * What is wrong with one resource by itself, in the words of Mesos.
 * @see common/resources.cpp of Apache Mesos, `Resources::validate`
 */
export function resourceProblem(resource: Resource): string | undefined {
  if (resource.name === '') return 'Empty resource name'
  const wrong = amountProblem(resource) ?? reservationProblem(resource)
  if (wrong !== undefined) return wrong
  const { name, disk, shared } = resource
  if (disk !== undefined && name !== 'disk') {
    return `DiskInfo should not be set for ${name} resource`
  }
  if (shared !== undefined && name !== 'disk') return `Resource ${name} cannot be shared`
  if (shared !== undefined && disk?.persistence === undefined) {
    return 'Only persistent volumes can be shared'
  }
  return undefined
}

function amountProblem(resource: Resource): string | undefined {
  switch (resource.type) {
    case 'SCALAR': {
      const { value } = resource.scalar
      if (value > MOST) return `Invalid scalar resource: value > ${MOST}`
      return value === 0 || value >= LEAST ? undefined : 'Invalid scalar resource: value <= 0'
    }
    case 'RANGES':
      return rangesProblem(resource.ranges.range)
    case 'SET': {
      const { item } = resource.set
      return new Set(item).size === item.length
        ? undefined
        : 'Invalid set resource: duplicated elements'
    }
  }
}

function rangesProblem(ranges: readonly Range[]): string | undefined {
  const sorted = [...ranges].sort((a, b) => a.begin - b.begin)
  for (const { begin, end } of sorted) {
    if (begin > end) return 'Invalid ranges resource: begin > end'
    if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end) || begin < 0) {
      return 'Invalid ranges resource'
    }
  }
  const overlaps = sorted.some(({ begin }, at) => begin <= (sorted[at - 1]?.end ?? -1))
  return overlaps ? 'Invalid ranges resource: overlapping ranges' : undefined
}

function reservationProblem(resource: Resource): string | undefined {
  const { role, reservation, reservations = [] } = resource
  const [first, ...more] = reservations
  if (first === undefined) {
    const wrong = roleProblem(role ?? '*')
    if (wrong !== undefined) return wrong
    return reservation !== undefined && (role ?? '*') === '*'
      ? 'Invalid reservation: role "*" cannot be dynamically reserved'
      : undefined
  }
  for (const one of reservations) {
    const wrong = roleProblem(one.role)
    if (wrong !== undefined) return wrong
    if (one.role === '*') return 'Invalid reservation: role "*" cannot be reserved'
    if (!RESERVATION_TYPES.includes(one.type)) return "Unsupported 'Resource.ReservationInfo.Type'"
  }
  let ancestor = first.role
  for (const one of more) {
    if (one.type === 'STATIC') {
      return 'Invalid refined reservation: A refined reservation cannot be STATIC'
    }
    if (!isBelow(one.role, ancestor)) {
      return `Invalid refined reservation: role '${one.role}' is not a refinement of '${ancestor}'`
    }
    ancestor = one.role
  }
  if (more.length === 0) return bothFormsProblem(resource, first)
  const several = 'there is more than one reservation in'
  if (role !== undefined) {
    return `Invalid resource format: 'Resource.role' must not be set if ${several} 'Resource.reservations'`
  }
  return reservation === undefined
    ? undefined
    : `Invalid resource format: 'Resource.reservation' must not be set if ${several} 'Resource.reservations'`
}

/** The old form may stand beside the refined one if it says the same. */
function bothFormsProblem(
  { role, reservation }: Resource,
  only: NonNullable<Resource['reservations']>[number],
): string | undefined {
  if (role !== undefined && role !== only.role) {
    return `Invalid resource format: 'Resource.role' field with '${role}' does not match the role '${only.role}' in 'Resource.reservations'`
  }
  if (only.type === 'STATIC') {
    return reservation === undefined
      ? undefined
      : "Invalid resource format: 'Resource.reservation' must not be set if the single reservation in 'Resource.reservations' is STATIC"
  }
  if ((role === undefined) !== (reservation === undefined)) {
    return "Invalid resource format: 'Resource.role' and 'Resource.reservation' must either be both set or both not set if the single reservation in 'Resource.reservations' is DYNAMIC"
  }
  const { principal = '', labels } = reservation ?? only
  if (principal !== (only.principal ?? '')) {
    return `Invalid resource format: 'Resource.reservation.principal' field with '${principal}' does not match the principal '${only.principal ?? ''}' in 'Resource.reservations'`
  }
  return JSON.stringify(labels) === JSON.stringify(only.labels)
    ? undefined
    : "Invalid resource format: 'Resource.reservation.labels' field does not match the labels in 'Resource.reservations'"
}

function diskProblem(resource: Resource): string | undefined {
  const { disk } = resource
  if (disk === undefined) return undefined
  const { persistence, volume, source } = disk
  if (persistence === undefined) {
    if (volume !== undefined) return 'Non-persistent volume not supported'
    return source === undefined ? 'DiskInfo is set but empty' : undefined
  }
  if (resource.revocable !== undefined) {
    return 'Persistent volumes cannot be created from revocable resources'
  }
  if (identityOf(resource).reservations.length === 0) {
    return 'Persistent volumes cannot be created from unreserved resources'
  }
  if (volume === undefined) return "Expecting 'volume' to be set for persistent volume"
  if (volume.host_path !== undefined) {
    return "Expecting 'host_path' to be unset for persistent volume"
  }
  const wrong = idProblem(persistence.id)
  return wrong === undefined ? undefined : `Invalid persistence ID for persistent volume: ${wrong}`
}

function scalar(resource: Resource): number {
  return resource.type === 'SCALAR' ? resource.scalar.value : 0
}
