import { counted, subject, type DecisionNote, type Subject } from '../../../actors/index.ts'
import { executorSubject } from '../../decision-points.ts'
import { assignCores, unusable, type FreeWorker, type Wish } from './assign-cores.ts'
import type { ApplicationInfo, DriverInfo, WorkerInfo } from './state.ts'

const applicationSubject = (applicationId: string): Subject => subject('application', applicationId)
const driverSubject = (driverId: string): Subject => subject('driver', driverId)
const workerSubject = (workerId: string): Subject => subject('worker', workerId)

/** Where the executors of an application go that it may have now, and why no more do. */
export function executorsPlacedNote(
  app: ApplicationInfo,
  free: readonly FreeWorker[],
  wish: Wish,
  launched: readonly (readonly [workerId: string, cores: readonly number[]])[],
  spreadOut: boolean,
): DecisionNote {
  const { applicationId } = app
  let next = app.nextExecutorId
  const ids = launched.flatMap(([, cores]) => cores.map(() => String(next++)))
  const cores = launched.flatMap(([, each]) => each).reduce((sum, one) => sum + one, 0)
  return {
    asked: `Where do the executors of application ${applicationId} run that it may have now?`,
    input: `${coresLeftText(wish)}, ${eachText(wish)}; ${counted(free.length, 'worker')}`,
    chosen:
      launched.length === 0
        ? 'nowhere: it waits'
        : launched.map(([id, each]) => `${each.join(' + ')} cores on ${id}`).join(', '),
    because:
      launched.length === 0
        ? 'no worker has room for one'
        : `${counted(cores, 'core')} could be given, ${spreadOut ? 'spread out over' : 'on as few as possible of'} the workers that have room`,
    considered: free.length,
    ...rejections(free, wish),
    about: [
      applicationSubject(applicationId),
      ...ids.map((id) => executorSubject(applicationId, id)),
    ],
    concerns: launched.map(([id]) => workerSubject(id)),
    recompute: () => {
      const usable = free
        .filter((worker) => unusable(worker, wish) === undefined)
        .sort((a, b) => b.coresFree - a.coresFree)
      const given = assignCores(usable, wish, spreadOut)
      return [
        ...free.map((worker) => `${freeText(worker)}: ${unusable(worker, wish) ?? 'has room'}`),
        ...usable.map(({ workerId }, at) => `so ${workerId} gives ${given[at] ?? 0}`),
      ]
    },
  }
}

export function driverPlacedNote(
  driver: DriverInfo,
  worker: FreeWorker,
  free: readonly FreeWorker[],
  wish: Wish,
): DecisionNote {
  return {
    ...driverAsked(driver, free, wish),
    chosen: `worker ${worker.workerId}`,
    because: 'it is the next one of the round that has room',
    concerns: [workerSubject(worker.workerId)],
  }
}

export function driverWaitsNote(
  driver: DriverInfo,
  free: readonly FreeWorker[],
  wish: Wish,
): DecisionNote {
  return {
    ...driverAsked(driver, free, wish),
    chosen: 'nowhere: it waits',
    because: 'no worker has room for it',
  }
}

function driverAsked(
  { driverId, description }: DriverInfo,
  free: readonly FreeWorker[],
  wish: Wish,
): Omit<DecisionNote, 'chosen'> {
  const { cores, memoryMb } = description
  return {
    asked: `Which worker runs driver ${driverId}?`,
    input: `${counted(cores, 'core')} and ${memoryMb} MB wanted; ${counted(free.length, 'worker')}`,
    considered: free.length,
    ...rejections(free, wish),
    about: [driverSubject(driverId)],
    recompute: () =>
      free.map((worker) => `${freeText(worker)}: ${unusable(worker, wish) ?? 'has room'}`),
  }
}

/** What becomes of a driver that has ended, or whose worker is gone. */
export function driverEndNote(
  { driverId, state, workerId }: DriverInfo,
  because: string,
  successor: string | undefined,
): DecisionNote {
  return {
    asked: `What becomes of driver ${driverId}?`,
    chosen: successor === undefined ? `it is ${state}` : `driver ${successor} runs in its place`,
    because,
    about: [
      driverSubject(driverId),
      ...(successor === undefined ? [] : [driverSubject(successor)]),
    ],
    ...(workerId !== undefined && { concerns: [workerSubject(workerId)] }),
  }
}

/** Why an application is over. */
export function applicationEndNote(app: ApplicationInfo, because: string): DecisionNote {
  return {
    asked: `Does application ${app.applicationId} go on?`,
    chosen: `no: it is ${app.state}`,
    because,
    about: [applicationSubject(app.applicationId)],
  }
}

/** What becomes of an executor that has ended. */
export function executorEndNote(
  { applicationId }: ApplicationInfo,
  executorId: number,
  workerId: string,
  because: string,
  retries: string,
): DecisionNote {
  return {
    asked: `What becomes of executor ${executorId} of application ${applicationId}?`,
    chosen: 'it is over; what it had is free',
    because,
    input: retries,
    about: [executorSubject(applicationId, String(executorId)), applicationSubject(applicationId)],
    concerns: [workerSubject(workerId)],
  }
}

/** Why a worker is counted out, or in again. */
export function workerNote(
  { workerId }: Pick<WorkerInfo, 'workerId'>,
  chosen: string,
  because: string,
): DecisionNote {
  return {
    asked: `Does worker ${workerId} belong to the cluster?`,
    chosen,
    because,
    about: [workerSubject(workerId)],
  }
}

function rejections(
  free: readonly FreeWorker[],
  wish: Wish,
): Pick<DecisionNote, 'rejected' | 'samples'> {
  const samples = free.flatMap((worker) => {
    const reason = unusable(worker, wish)
    return reason === undefined ? [] : [{ candidate: freeText(worker), reason }]
  })
  const rejected: Record<string, number> = {}
  for (const { reason } of samples) rejected[reason] = (rejected[reason] ?? 0) + 1
  return { rejected, samples: samples.slice(0, 3) }
}

function freeText({ workerId, coresFree, memoryFreeMb }: FreeWorker): string {
  return `worker ${workerId} (${counted(coresFree, 'core')}, ${memoryFreeMb} MB free)`
}

function coresLeftText({ coresLeft }: Wish): string {
  return coresLeft >= Number.MAX_SAFE_INTEGER / 2
    ? 'all cores that there are'
    : `${counted(coresLeft, 'core')} left to it`
}

function eachText({ coresPerExecutor, memoryPerExecutorMb }: Wish): string {
  const cores =
    coresPerExecutor === undefined ? 'all its worker gives' : counted(coresPerExecutor, 'core')
  return `an executor takes ${cores} and ${memoryPerExecutorMb} MB`
}
