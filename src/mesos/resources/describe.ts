import type { DiskInfo, ReservationInfo, Resource } from '../protocol/index.ts'
import type { Amount } from './amount.ts'
import { reservationsOf, type ResourceIdentity } from './identity.ts'
import type { Resources } from './resources.ts'

/**
 * Resources as Mesos writes them in its messages: `cpus(allocated: r)(reservations: [(DYNAMIC,r,p)]):8; mem:64`, and `{}`
 * for none.
 */
export function describeResources(resources: Resources): string {
  if (resources.size === 0) return '{}'
  return [...resources.values()]
    .flatMap(({ identity, amount }) => {
      const text = `${describeIdentity(identity)}:${describeAmount(amount)}`
      if (amount.kind !== 'copies') return [text]
      if (identity.isShared) return [`${text}<${amount.copies}>`]
      return Array.from({ length: amount.copies }, () => text)
    })
    .join('; ')
}

/** One resource; `raw` as it came, whether it is in order or not: Mesos then shows nothing that is said in the old form. */
export function describeResource(resource: Resource, as?: 'raw'): string {
  const identity = {
    name: resource.name,
    reservations: as === 'raw' ? (resource.reservations ?? []) : reservationsOf(resource),
    allocationRole: resource.allocation_info?.role,
    disk: resource.disk,
    isRevocable: resource.revocable !== undefined,
    isShared: resource.shared !== undefined,
  }
  switch (resource.type) {
    case 'SCALAR':
      return `${describeIdentity(identity)}:${resource.scalar.value}`
    case 'RANGES':
      return `${describeIdentity(identity)}:${describeRanges(resource.ranges.range)}`
    case 'SET':
      return `${describeIdentity(identity)}:{${resource.set.item.join(', ')}}`
  }
}

function describeIdentity(identity: Omit<ResourceIdentity, 'key'>): string {
  const { name, allocationRole, reservations, disk, isRevocable, isShared } = identity
  return [
    name,
    allocationRole === undefined ? '' : `(allocated: ${allocationRole})`,
    reservations.length === 0
      ? ''
      : `(reservations: [${reservations.map((one) => `(${describeReservation(one)})`).join(',')}])`,
    disk === undefined ? '' : `[${describeDisk(disk)}]`,
    isRevocable ? '{REV}' : '',
    isShared ? '<SHARED>' : '',
  ].join('')
}

function describeReservation({ type, role, principal, labels }: ReservationInfo): string {
  const parts: string[] = [type, role]
  if (principal !== undefined) parts.push(principal)
  if (labels !== undefined) {
    const texts = labels.labels.map(({ key, value }) =>
      value === undefined ? key : `${key}: ${value}`,
    )
    parts.push(`{${texts.join(', ')}}`)
  }
  return parts.join(',')
}

/** What stands between the brackets: `PATH:/root,id:container_path`. */
export function describeDisk({ source, persistence, volume }: DiskInfo): string {
  const root = source?.path?.root ?? source?.mount?.root
  const from = source === undefined ? [] : [`${source.type}${root === undefined ? '' : `:${root}`}`]
  const id = persistence === undefined ? [] : [persistence.id]
  const mount =
    volume === undefined
      ? ''
      : volume.host_path === undefined
        ? `:${volume.container_path}`
        : `:${volume.host_path}:${volume.container_path}:${volume.mode.toLowerCase()}`
  return `${[...from, ...id].join(',')}${mount}`
}

/** An amount alone, as flags and messages write it. */
export function describeAmount(amount: Amount): string {
  switch (amount.kind) {
    case 'scalar':
    case 'copies':
      return String(amount.thousandths / 1000)
    case 'ranges':
      return describeRanges(amount.ranges)
    case 'set':
      return `{${amount.items.join(', ')}}`
  }
}

function describeRanges(
  ranges: readonly { readonly begin: number; readonly end: number }[],
): string {
  return `[${ranges.map(({ begin, end }) => `${begin}-${end}`).join(', ')}]`
}
