import { describeLevel, isStored, type StorageLevel } from '../storage/index.ts'
import type { CallSite } from './call-site.ts'
import type { Dependency } from './dependency.ts'
import { DeterministicLevel } from './determinism.ts'
import type { Partition } from './partition.ts'
import { prepareRanges } from './range-samples.ts'
import type { RDD } from './rdd.ts'

const { INDETERMINATE } = DeterministicLevel

/** One RDD of a lineage as plain data: all that cutting stages needs. */
export interface LineageNode {
  readonly rddId: number
  readonly name: string
  /** Where the program has made it; absent where that isn't known. */
  readonly callSite?: CallSite
  readonly numPartitions: number
  readonly dependencies: readonly LineageEdge[]
  /** Absent unless it is kept. */
  readonly storageLevel?: StorageLevel
  /** Its tasks run all at once; absent otherwise. */
  readonly isFromBarrier?: true
  /** It may have other rows when it is computed again; absent otherwise. */
  readonly isIndeterminate?: true
  /** What {@link RDD.withResources} was told; absent otherwise. */
  readonly resourceProfileId?: number
}

/** One dependency of a lineage as plain data. */
export type LineageEdge =
  | { readonly type: 'narrow'; readonly rddId: number }
  | {
      readonly type: 'shuffle'
      readonly rddId: number
      readonly shuffleId: number
      readonly numReducers: number
    }

/** A lineage by RDD id. */
export type Lineage = ReadonlyMap<number, LineageNode>

/**
 * Gets a lineage ready for a job: asks every RDD for its partitions, parents first, and runs the sampling
 * jobs of range partitioners that have no bounds yet, which `signal` cancels. Does nothing twice.
 */
export async function prepareLineage(rdd: RDD<unknown>, signal?: AbortSignal): Promise<void> {
  for (const member of parentsFirst(rdd, () => true)) {
    for (const dependency of member.getDependencies()) {
      if (dependency.type === 'shuffle') await prepareRanges(dependency, signal)
    }
    await member.partitions() // of which ranges may make fewer
  }
}

/** The partitions of an RDD; those of its parents are asked for before, so that a lineage may be long. */
export async function preparedPartitions(rdd: RDD<unknown>): Promise<readonly Partition[]> {
  for (const member of parentsFirst(rdd, () => true)) await member.partitions()
  return rdd.partitions()
}

/** The lineage as plain data; it must have been prepared. */
export function describeLineage(rdd: RDD<unknown>): Lineage {
  const lineage = new Map<number, LineageNode>()
  for (const member of parentsFirst(rdd, () => true)) {
    const level = member.getStorageLevel()
    const { creationSite } = member
    const profile = member.getResourceProfile()
    lineage.set(member.id, {
      rddId: member.id,
      name: nameOf(member),
      ...(creationSite === undefined ? {} : { callSite: creationSite }),
      numPartitions: member.preparedPartitions?.length ?? 0,
      dependencies: member.getDependencies().map(edgeOf),
      ...(isStored(level) ? { storageLevel: level } : {}),
      ...(member.isFromBarrier ? { isFromBarrier: true } : {}),
      // Those of its parents are known by now.
      ...(member.outputDeterministicLevel === INDETERMINATE ? { isIndeterminate: true } : {}),
      ...(profile === undefined ? {} : { resourceProfileId: profile.id }),
    })
  }
  return lineage
}

function edgeOf(dependency: Dependency): LineageEdge {
  if (dependency.type === 'narrow') return { type: 'narrow', rddId: dependency.rdd.id }
  const { rdd, shuffleId, partitioner } = dependency
  return { type: 'shuffle', rddId: rdd.id, shuffleId, numReducers: partitioner.numPartitions }
}

/**
 * The RDDs from which `rdd` is made, each once, every parent before its children; without recursion, so that a
 * lineage may be long. Follows only the dependencies that `follow` accepts.
 */
export function parentsFirst(
  rdd: RDD<unknown>,
  follow: (dependency: Dependency) => boolean,
): RDD<unknown>[] {
  const order: RDD<unknown>[] = []
  const seen = new Set<number>([rdd.id])
  const open: { readonly rdd: RDD<unknown>; next: number }[] = [{ rdd, next: 0 }]
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const dependency = top.rdd.getDependencies()[top.next]
    top.next += 1
    if (dependency === undefined) {
      order.push(top.rdd)
      open.pop()
    } else if (follow(dependency) && !seen.has(dependency.rdd.id)) {
      seen.add(dependency.rdd.id)
      open.push({ rdd: dependency.rdd, next: 0 })
    }
  }
  return order
}

/** Where a partition of a persisted RDD is kept: `executor_<host>_<id>` and hosts. */
export type CachedAt = (rddId: number, partition: number) => readonly string[]

/**
 * Where a partition is best computed: where the RDD says, or else where the first of the partitions that it reads
 * narrowly is. The lineage must have been prepared; without recursion.
 *
 * @see DAGScheduler.getPreferredLocsInternal in Spark
 */
export function preferredHosts(
  rdd: RDD<unknown>,
  partition: number,
  cachedAt: CachedAt = () => [],
): readonly string[] {
  const open: { readonly rdd: RDD<unknown>; readonly partition: number }[] = [{ rdd, partition }]
  const seen = new Set<string>()
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    const split = top.rdd.preparedPartitions?.[top.partition]
    if (split === undefined) continue
    const isKept = isStored(top.rdd.getStorageLevel())
    const kept = isKept ? cachedAt(top.rdd.id, top.partition) : []
    const hosts = kept.length > 0 ? kept : preferredOf(top.rdd, split)
    if (hosts.length > 0) return hosts
    const place = `${top.rdd.id}/${top.partition}`
    if (seen.has(place)) continue
    seen.add(place)
    for (const dependency of [...top.rdd.getDependencies()].reverse()) {
      if (dependency.type !== 'narrow') continue
      const parents = dependency.parentsOf(top.partition)
      for (let i = parents.length - 1; i >= 0; i -= 1) {
        open.push({ rdd: dependency.rdd, partition: parents[i] as number })
      }
    }
  }
  return []
}

/** A checkpoint can be read wherever. */
function preferredOf(rdd: RDD<unknown>, split: Partition): readonly string[] {
  return rdd.isCheckpointed() ? [] : rdd.getPreferredLocations(split)
}

/** The name of an RDD, or its class's. */
export function nameOf(rdd: RDD<unknown>): string {
  return rdd.name ?? rdd.constructor.name
}

/** `counts ShuffledRDD[4] at reduceByKey at program.ts:12 [Memory Deserialized 1x Replicated]`, as Spark says it. */
function described(rdd: RDD<unknown>): string {
  const { name, id, creationSite } = rdd
  const level = rdd.getStorageLevel()
  const own = name === undefined ? '' : `${name} `
  const at = creationSite === undefined ? '' : ` at ${creationSite.short}`
  return `${own}${rdd.constructor.name}[${id}]${at} [${isStored(level) ? describeLevel(level) : ''}]`
}

/** @see RDD.toDebugString */
export async function debugString(rdd: RDD<unknown>): Promise<string> {
  await preparedPartitions(rdd)
  const lines: string[] = []
  const open: {
    readonly rdd: RDD<unknown>
    readonly indent: string
    readonly isShuffled: boolean
  }[] = [{ rdd, indent: '', isShuffled: true }]
  for (let top = open.pop(); top !== undefined; top = open.pop()) {
    const counted = `(${top.rdd.preparedPartitions?.length ?? 0}) `
    const gap = `|${' '.repeat(counted.length - 1)}`
    lines.push(`${top.indent}${top.isShuffled ? counted : gap}${described(top.rdd)}`)
    const inner = top.indent.replace('+-', '  ')
    for (const dependency of [...top.rdd.getDependencies()].reverse()) {
      open.push(
        dependency.type === 'narrow'
          ? { rdd: dependency.rdd, indent: inner, isShuffled: false }
          : { rdd: dependency.rdd, indent: `${inner} +-`, isShuffled: true },
      )
    }
  }
  return lines.join('\n')
}
