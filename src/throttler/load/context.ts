import type { CqlSession } from '../../platform/index.ts'
import { ThrottlerError } from '../errors.ts'
import { parseCount, SeededStream } from '../generators/index.ts'
import type { RunSpec } from '../run/task-run.ts'
import type { Workload, WorkloadContext } from '../workloads/index.ts'
import { storeUnsuitable, type OpenStore } from './stores.ts'

/**
 * What a workload is given in a run.
 * @throws TROUPE_THROTTLER_STORE_UNSUITABLE, TROUPE_THROTTLER_PARAMETER_INVALID
 */
export async function contextOf(
  run: RunSpec,
  workload: Workload,
  store: OpenStore,
): Promise<WorkloadContext> {
  const { name, params } = run.workload
  const known = workload.params ?? {}
  const { stores = ['cassandra'] } = workload
  if (!stores.includes(run.store.type)) throw storeUnsuitable(name, run.store.type)
  const cql = stores.includes('embedded') ? undefined : await store.cql()
  const param = (wanted: string): string => {
    const value = params[wanted] ?? known[wanted]
    if (value === undefined || !Object.hasOwn(known, wanted)) {
      throw badParameter(
        name,
        `${wanted} is none of its parameters (${Object.keys(known).join(', ') || 'it has none'})`,
      )
    }
    return value
  }
  Object.keys(params).forEach(param)
  return {
    keyspace: run.keyspace,
    seed: run.seed,
    totalOperations: run.totalOperations,
    isValidating: run.isValidating === true,
    storeType: run.store.type,
    tables: store.tables,
    get cql(): CqlSession {
      if (cql === undefined) throw storeUnsuitable(name, run.store.type)
      return cql
    },
    param,
    count(wanted) {
      const count = parseCount(param(wanted))
      if (count !== undefined && count > 0) return count
      throw badParameter(
        name,
        `${wanted} is "${param(wanted)}", and takes a whole number above 0, such as 500 or 100k`,
      )
    },
    random: (...numbers) => new SeededStream(run.seed, ...numbers),
    check(isSound, what) {
      if (isSound) return
      throw new ThrottlerError(
        'TROUPE_THROTTLER_VALIDATION_FAILED',
        `The ${what} is not what seed ${run.seed} has written: rows of another seed are there, or some were lost or changed.`,
        { data: { workload: name, what } },
      )
    },
  }
}

function badParameter(name: string, reason: string): ThrottlerError {
  return new ThrottlerError(
    'TROUPE_THROTTLER_PARAMETER_INVALID',
    `The workload ${name} does not take this: ${reason}.`,
    { data: { name, reason } },
  )
}
