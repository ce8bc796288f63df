/** How task sets stand in a line (`spark.scheduler.mode`). */
export type SchedulingMode = 'FIFO' | 'FAIR'

/** One pool of jobs that share slots. */
export interface PoolSpec {
  readonly name: string
  /** Among its own task sets. */
  readonly schedulingMode: SchedulingMode
  /** Its share of slots beside that of other pools; 1 by default. */
  readonly weight: number
  /** Slots that it has before shares are looked at; 0 by default. */
  readonly minShare: number
}

/** All pools, and how they stand to each other. In FIFO mode there are none: task sets stand in one line. */
export interface PoolSettings {
  readonly mode: SchedulingMode
  readonly pools: ReadonlyMap<string, PoolSpec>
}

/** Where jobs go that name no pool. */
export const DEFAULT_POOL = 'default'

/** One line for all. */
export const NO_POOLS: PoolSettings = { mode: 'FIFO', pools: new Map() }

/** The pool of a name; one that is not in the allocation file is FIFO, of weight 1, without a minimum. */
export function poolOf({ pools }: PoolSettings, name: string): PoolSpec {
  return pools.get(name) ?? { name, schedulingMode: 'FIFO', weight: 1, minShare: 0 }
}

/** A task set, or a pool, as the line sees it. */
export interface Claim {
  readonly name: string
  readonly weight: number
  readonly minShare: number
  /** Tasks that run. */
  readonly running: number
}

/**
 * Whether `a` is served before `b`: who has less than its minimum comes first, the one with the lower share of it before the
 * other; then the one that has less for its weight; then by name.
 *
 * @see FairSchedulingAlgorithm in Spark
 */
export function isFairlyBefore(a: Claim, b: Claim): boolean {
  const isNeedyA = a.running < a.minShare
  const isNeedyB = b.running < b.minShare
  if (isNeedyA !== isNeedyB) return isNeedyA
  const shareA = isNeedyA ? a.running / Math.max(a.minShare, 1) : a.running / a.weight
  const shareB = isNeedyB ? b.running / Math.max(b.minShare, 1) : b.running / b.weight
  return shareA === shareB ? a.name < b.name : shareA < shareB
}

/** A task set that stands in line. */
export interface QueuedSet {
  readonly taskSetId: string
  readonly jobId: number
  readonly stageId: number
  readonly pool: string
  readonly running: number
}

/** Whether `a` is served before `b`: the lower job, then the lower stage. @see FIFOSchedulingAlgorithm in Spark */
export function isEarlier(a: QueuedSet, b: QueuedSet): boolean {
  return a.jobId === b.jobId ? a.stageId < b.stageId : a.jobId < b.jobId
}

/** Who is served next, and why. */
export interface Choice {
  readonly taskSetId: string
  readonly reason: string
}

/**
 * Who of `waiting` is served next.
 *
 * @param all every task set that has tasks or wants some: pools are weighed by all that they run
 */
export function nextInLine(
  settings: PoolSettings,
  waiting: readonly QueuedSet[],
  all: Iterable<QueuedSet>,
): Choice | undefined {
  const [head] = waiting
  if (head === undefined) return undefined
  if (settings.mode === 'FIFO') {
    const { taskSetId, jobId, stageId } = first(waiting, isEarlier, head)
    const reason = `job ${jobId}, stage ${stageId} is the first that wants slots`
    return { taskSetId, reason }
  }
  const running = new Map<string, number>()
  for (const set of all) running.set(set.pool, (running.get(set.pool) ?? 0) + set.running)
  const claimOf = (name: string): Claim => ({
    ...poolOf(settings, name),
    running: running.get(name) ?? 0,
  })
  const names = [...new Set(waiting.map(({ pool }) => pool))]
  const claim = first(names.map(claimOf), isFairlyBefore, claimOf(head.pool))
  const inPool = waiting.filter(({ pool }) => pool === claim.name)
  const isFair = poolOf(settings, claim.name).schedulingMode === 'FAIR'
  const chosen = first(inPool, isFair ? isFairSet : isEarlier, inPool[0] ?? head)
  const of = isFair ? 'has the fewest tasks there' : 'is the first there'
  const reason = `pool ${claim.name} ${sayClaim(claim)}, and job ${chosen.jobId}, stage ${chosen.stageId} ${of}`
  return { taskSetId: chosen.taskSetId, reason }
}

function isFairSet(a: QueuedSet, b: QueuedSet): boolean {
  return a.running === b.running ? isEarlier(a, b) : a.running < b.running
}

function first<T>(items: readonly T[], isBefore: (a: T, b: T) => boolean, head: T): T {
  let best = head
  for (const item of items) if (isBefore(item, best)) best = item
  return best
}

function sayClaim({ running, minShare, weight }: Claim): string {
  return running < minShare
    ? `runs ${running} tasks of at least ${minShare}`
    : `runs ${running} tasks at a weight of ${weight}`
}
