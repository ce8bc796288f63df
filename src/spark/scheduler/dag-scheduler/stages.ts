import type { ListenerRddInfo } from '../../events/index.ts'
import type { ResourcesByRdd, StageResources } from '../../resources/index.ts'
import type { CallSite, Lineage, LineageEdge } from '../../rdd/index.ts'

/** What one stage computes: an RDD with all that it depends on narrowly. */
export interface StagePlan {
  readonly rddId: number
  /** Where the program has made its RDD, or called the action. */
  readonly name: string
  /** The program's stack there; empty where it isn't known. */
  readonly details: string
  readonly numPartitions: number
  /** What it computes, its own RDD first. */
  readonly rdds: readonly ListenerRddInfo[]
  /** The shuffle it writes for; undefined for the stage that gives a job's result. */
  readonly shuffleId: number | undefined
  /** The shuffles it reads, in ascending order. */
  readonly parentShuffles: readonly number[]
  /** All its tasks run at once, or none; absent otherwise. */
  readonly isBarrier?: true
  /** Its RDD may have other rows when it is computed again; absent otherwise. */
  readonly isIndeterminate?: true
  /** What its tasks take, and of which executors; a core of any of the default profile if absent. */
  readonly resources?: StageResources
}

/** A job cut into stages. */
export interface StageCut {
  readonly result: StagePlan
  /** Every stage that writes map outputs, by the shuffle it writes. */
  readonly shuffleMaps: ReadonlyMap<number, StagePlan>
}

/**
 * Cuts a lineage into stages: walks backwards from the final RDD, takes narrow dependencies into the stage and
 * begins a new one at every shuffle. The last is named by `callSite`, where the action was called.
 * Each shuffle has one stage, however many read it. Without recursion.
 *
 * @param resources what stages take that don't take the default
 * @throws never, for a lineage that holds all its parents
 * @see DAGScheduler.getShuffleDependenciesAndResourceProfiles in Spark
 */
export function cutStages(
  lineage: Lineage,
  finalRddId: number,
  callSite?: CallSite,
  resources: ResourcesByRdd = NO_RESOURCES,
): StageCut {
  const shuffleMaps = new Map<number, StagePlan>()
  const [result, firstEdges] = planOf(lineage, finalRddId, undefined, callSite, resources)
  const open = [...firstEdges]
  for (let edge = open.pop(); edge !== undefined; edge = open.pop()) {
    if (shuffleMaps.has(edge.shuffleId)) continue
    const site = lineage.get(edge.rddId)?.callSite
    const [plan, edges] = planOf(lineage, edge.rddId, edge.shuffleId, site, resources)
    shuffleMaps.set(edge.shuffleId, plan)
    open.push(...edges)
  }
  return { result, shuffleMaps }
}

const NO_RESOURCES: ResourcesByRdd = new Map()

type ShuffleEdge = Extract<LineageEdge, { type: 'shuffle' }>

function planOf(
  lineage: Lineage,
  rddId: number,
  shuffleId: number | undefined,
  callSite: CallSite | undefined,
  resourcesOf: ResourcesByRdd,
): readonly [StagePlan, readonly ShuffleEdge[]] {
  const shuffles = new Map<number, ShuffleEdge>()
  const seen = new Set<number>([rddId])
  const open = [rddId]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const edge of lineage.get(id)?.dependencies ?? []) {
      if (edge.type === 'shuffle') {
        shuffles.set(edge.shuffleId, edge)
      } else if (!seen.has(edge.rddId)) {
        seen.add(edge.rddId)
        open.push(edge.rddId)
      }
    }
  }
  const node = lineage.get(rddId)
  const resources = resourcesOf.get(rddId)
  const plan: StagePlan = {
    rddId,
    name: callSite?.short ?? node?.name ?? `RDD ${rddId}`,
    details: callSite?.long ?? '',
    numPartitions: node?.numPartitions ?? 0,
    rdds: [...seen].map((id) => rddInfo(lineage, id)),
    shuffleId,
    parentShuffles: [...shuffles.keys()].sort((a, b) => a - b),
    ...(isBarrier(lineage, seen) ? { isBarrier: true } : {}),
    ...(node?.isIndeterminate === true ? { isIndeterminate: true } : {}),
    ...(resources === undefined ? {} : { resources }),
  }
  return [plan, [...shuffles.values()]]
}

function isBarrier(lineage: Lineage, rddIds: Iterable<number>): boolean {
  for (const id of rddIds) if (lineage.get(id)?.isFromBarrier === true) return true
  return false
}

function rddInfo(lineage: Lineage, rddId: number): ListenerRddInfo {
  const node = lineage.get(rddId)
  return {
    rddId,
    name: node?.name ?? `RDD ${rddId}`,
    numPartitions: node?.numPartitions ?? 0,
    parentIds: node?.dependencies.map((edge) => edge.rddId) ?? [],
    ...(node?.callSite === undefined ? {} : { callSite: node.callSite.short }),
    ...(node?.storageLevel === undefined ? {} : { storageLevel: node.storageLevel }),
  }
}
