import { SparkError } from '../errors.ts'
import type { StorageLevel } from '../storage/index.ts'
import { BaseRDD, USER_RDD_KIND } from './base-rdd.ts'
import { narrow } from './dependency.ts'
import { parentsFirst } from './lineage.ts'
import { createOperator } from './operator-table.ts'
import type { RddContext } from './rdd-context.ts'
import type { RDD } from './rdd.ts'

/** One RDD on its way to an executor. */
export interface RddSpec {
  readonly rddId: number
  readonly kind: string
  /** Ids of the parents it depends on narrowly; those behind a shuffle stay at home. */
  readonly parents: readonly number[]
  readonly props: unknown
  /** How its partitions are kept. */
  readonly level: StorageLevel
}

/** What an RDD of the user's own class needs to be made again. */
interface UserRddProps {
  readonly rddClass: new (...args: never[]) => RDD<unknown>
  readonly fields: Readonly<Record<string, unknown>>
  /** Fields that hold an RDD: its id. */
  readonly rddFields: Readonly<Record<string, number>>
}

const ENGINE_FIELDS: readonly string[] = [
  'context',
  'id',
  'creationSite',
  'partitioner',
  'name',
  'dependencies',
  'prepared',
  'level',
  'checkpointed',
  'determinism',
  'resources',
]

/** The RDDs that one stage computes, parents first, the last being `rdd` itself. Holds the user's functions. */
export function packRdds(rdd: RDD<unknown>): RddSpec[] {
  return parentsFirst(rdd, (dependency) => dependency.type === 'narrow').map((member) => {
    const { kind, props } = member.checkpointSpec() ?? member.toSpec()
    const parents = member
      .getDependencies()
      .flatMap((dependency) => (dependency.type === 'narrow' ? [dependency.rdd.id] : []))
    const own = kind === USER_RDD_KIND ? userProps(member) : props
    return { rddId: member.id, kind, parents, props: own, level: member.getStorageLevel() }
  })
}

/**
 * Makes the RDDs of a stage again and answers the last.
 *
 * @throws TROUPE_SPARK_OPERATOR_UNKNOWN
 */
export function rebuildRdds(specs: readonly RddSpec[]): RDD<unknown> {
  const made = new Map<number, RDD<never>>()
  let last: RDD<unknown> | undefined
  for (const spec of specs) {
    const context = executorContext(spec.rddId)
    const parents = spec.parents.map((id) => made.get(id) as RDD<never>)
    last =
      spec.kind === USER_RDD_KIND
        ? rebuildUserRdd(spec, context, made)
        : createOperator<RDD<unknown>>(spec.kind, context, parents, spec.props)
    last.restoreLevel(spec.level)
    made.set(spec.rddId, last as RDD<never>)
  }
  return last as RDD<unknown>
}

function userProps(rdd: RDD<unknown>): UserRddProps {
  const fields: Record<string, unknown> = {}
  const rddFields: Record<string, number> = {}
  for (const [name, value] of Object.entries(rdd)) {
    if (ENGINE_FIELDS.includes(name)) continue
    if (value instanceof BaseRDD) rddFields[name] = value.id
    else fields[name] = value
  }
  return { rddClass: rdd.constructor as UserRddProps['rddClass'], fields, rddFields }
}

function rebuildUserRdd(
  spec: RddSpec,
  context: RddContext,
  made: ReadonlyMap<number, RDD<never>>,
): RDD<unknown> {
  const { rddClass, fields, rddFields } = spec.props as UserRddProps
  const dependencies = spec.parents.map((id) => narrow(made.get(id) as RDD<never>))
  const parents = Object.entries(rddFields).map(([name, id]) => [name, made.get(id)] as const)
  const rdd = Object.create(rddClass.prototype as object) as RDD<unknown>
  const engine = { context, id: spec.rddId, dependencies, partitioner: undefined, name: undefined }
  const none = { prepared: undefined, creationSite: undefined }
  Object.assign(rdd, fields, Object.fromEntries(parents), engine, none)
  return rdd
}

/** The context of RDDs on an executor: they can be computed, but nothing can be made or run from them. */
function executorContext(rddId: number): RddContext {
  const refuse = (): never => {
    throw new SparkError(
      'TROUPE_SPARK_NESTED_RDD',
      `RDD ${rddId} is used inside a task; RDDs and the context live on the driver only. Collect what is ` +
        'needed before, and use the plain values in the function',
      { data: { rddId } },
    )
  }
  return {
    get defaultParallelism(): number {
      return refuse()
    },
    get configuredParallelism(): number {
      return refuse()
    },
    get files(): never {
      return refuse()
    },
    get keeper(): never {
      return refuse()
    },
    get clock(): never {
      return refuse()
    },
    get cassandra(): never {
      return refuse()
    },
    getConf: refuse,
    newRddId: () => rddId,
    callSite: () => undefined,
    newShuffleId: refuse,
    newSeed: refuse,
    addResourceProfile: refuse,
    runJob: refuse,
  }
}
