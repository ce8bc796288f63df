/** A partition to be coalesced, with the hosts where it is best computed. */
export interface PlacedPartition {
  readonly index: number
  readonly hosts: readonly string[]
}

/** Parent partitions that become one, and where that is best computed. */
export interface PartitionGroup {
  readonly host: string | undefined
  readonly members: readonly number[]
}

/** How far groups may differ in size for the sake of locality, as a share of all partitions. */
const BALANCE_SLACK = 0.1

/**
 * Puts partitions into at most `maxGroups` groups of about equal size; never an empty one, never a partition twice.
 *
 * Without hosts, neighbours stay together: group i gets the i-th slice. With hosts, groups are spread over the hosts as
 * often as each holds partitions; a partition goes to the smaller of two groups of its own host, unless these are fuller by a
 * tenth of all partitions than a group elsewhere; what has no host fills up the smallest groups. The same input gives the
 * same groups.
 *
 * @see DefaultPartitionCoalescer in Spark's CoalescedRDD.scala
 */
export function groupPartitions(
  partitions: readonly PlacedPartition[],
  maxGroups: number,
): readonly PartitionGroup[] {
  const count = Math.min(maxGroups, partitions.length)
  if (partitions.every(({ hosts }) => hosts.length === 0)) return slices(partitions, count)
  const groups = hostsOfGroups(partitions, count).map((host) => ({ host, members: [] as number[] }))
  const byHost = new Map<string, typeof groups>()
  for (const group of groups) {
    byHost.set(group.host, [...(byHost.get(group.host) ?? []), group])
  }
  const slack = Math.floor(BALANCE_SLACK * partitions.length)
  const homeless: number[] = []
  for (const { index, hosts } of partitions) {
    const local = hosts.flatMap((host) => byHost.get(host) ?? [])
    if (local.length === 0) {
      homeless.push(index)
      continue
    }
    const best = smallest(local)
    const anywhere = smallest(groups)
    const target = best.members.length <= anywhere.members.length + slack ? best : anywhere
    target.members.push(index)
  }
  for (const index of homeless) smallest(groups).members.push(index)
  fillEmpty(groups)
  return groups
}

interface GrowingGroup {
  readonly host: string
  readonly members: number[]
}

function slices(partitions: readonly PlacedPartition[], count: number): PartitionGroup[] {
  const { length } = partitions
  return Array.from({ length: count }, (_, i) => ({
    host: undefined,
    members: partitions
      .slice(Math.floor((i * length) / count), Math.floor(((i + 1) * length) / count))
      .map(({ index }) => index),
  }))
}

/** A host for each group: hosts in turn, by how many partitions they hold, most first. */
function hostsOfGroups(partitions: readonly PlacedPartition[], count: number): string[] {
  const held = new Map<string, number>()
  for (const { hosts } of partitions) {
    for (const host of new Set(hosts)) held.set(host, (held.get(host) ?? 0) + 1)
  }
  const hosts = [...held].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  // Each next group goes where most partitions come upon a group.
  const groupsAt = hosts.map(() => 0)
  return Array.from({ length: count }, () => {
    let best = 0
    for (let i = 1; i < hosts.length; i += 1) {
      if (load(hosts, groupsAt, i) > load(hosts, groupsAt, best)) best = i
    }
    groupsAt[best] = (groupsAt[best] ?? 0) + 1
    return hosts[best]?.[0] ?? ''
  })
}

function load(
  hosts: readonly (readonly [string, number])[],
  groupsAt: readonly number[],
  i: number,
): number {
  return (hosts[i]?.[1] ?? 0) / ((groupsAt[i] ?? 0) + 1)
}

function smallest(groups: readonly GrowingGroup[]): GrowingGroup {
  return groups.reduce((best, group) => (group.members.length < best.members.length ? group : best))
}

/** Takes from the fullest for those that got none: an empty partition helps nobody. */
function fillEmpty(groups: readonly GrowingGroup[]): void {
  for (const group of groups) {
    if (group.members.length > 0) continue
    const fullest = groups.reduce((best, other) =>
      other.members.length > best.members.length ? other : best,
    )
    const moved = fullest.members.pop()
    if (moved !== undefined) group.members.push(moved)
  }
}
