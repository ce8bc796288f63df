import type { Draft } from './draft.ts'
import { assignCores, unusable, type FreeWorker, type Wish } from './assign-cores.ts'
import { driverPlacedNote, driverWaitsNote, executorsPlacedNote } from './explain.ts'
import {
  coresLeft,
  usageOf,
  type ApplicationInfo,
  type DriverInfo,
  type MasterState,
  type WorkerInfo,
} from './state.ts'

/** Gives what is free to those that wait: drivers first, then applications in the order of their coming. */
export function schedule(draft: Draft): void {
  if (draft.state.status !== 'ALIVE') return
  placeDrivers(draft)
  for (const { applicationId } of draft.state.applications.values()) {
    placeExecutors(draft, applicationId)
  }
}

/** What is free on the workers that can be given work. */
export function freeWorkers(state: MasterState): readonly FreeWorker[] {
  const used = usageOf(state)
  return reachable(state).map(({ workerId, cores, memoryMb }) => {
    const taken = used(workerId)
    return { workerId, coresFree: cores - taken.cores, memoryFreeMb: memoryMb - taken.memoryMb }
  })
}

function reachable({ workers }: MasterState): readonly WorkerInfo[] {
  return [...workers.values()].filter(
    ({ state, connection }) => state === 'ALIVE' && connection !== undefined,
  )
}

/** Each waiting driver goes to the next worker of the round that has room. */
function placeDrivers(draft: Draft): void {
  const count = reachable(draft.state).length
  let turn = count === 0 ? 0 : draft.moment.turn % count
  for (const driver of draft.state.drivers.values()) {
    if (driver.workerId !== undefined || driver.state !== 'SUBMITTED') continue
    const free = freeWorkers(draft.state)
    const { cores, memoryMb } = driver.description
    const round = free.map((_, at) => free[(turn + at) % free.length] as FreeWorker)
    const wish: Wish = {
      coresLeft: cores,
      coresPerExecutor: cores,
      memoryPerExecutorMb: memoryMb,
      executorsLeft: 1,
    }
    const at = round.findIndex((worker) => unusable(worker, wish) === undefined)
    const worker = round[at]
    if (worker === undefined) {
      draft.note('driver', driverWaitsNote(driver, free, wish), `${driver.driverId} waits`)
      continue
    }
    turn = (turn + at + 1) % free.length
    launchDriver(draft, driver, worker.workerId)
    draft.note('driver', driverPlacedNote(driver, worker, free, wish))
  }
}

function launchDriver(draft: Draft, driver: DriverInfo, workerId: string): void {
  const { driverId, description, startUnixMs } = driver
  draft.setDriver({ ...driver, workerId, state: 'RUNNING' })
  draft.keep({ kind: 'driver', driverId, description, startUnixMs, workerId })
  draft.tellWorker(workerId, { type: 'launch-driver', driverId, driver: description })
  draft.log('info', `driver ${driverId} is launched on worker ${workerId}`)
}

/** What an application may have now. */
export function wishOf(app: ApplicationInfo, state: MasterState): Wish {
  const { coresPerExecutor, memoryPerExecutorMb } = app.description
  return {
    coresLeft: coresLeft(app, state.options),
    coresPerExecutor,
    memoryPerExecutorMb,
    executorsLeft: app.executorLimit - app.executors.size,
  }
}

function placeExecutors(draft: Draft, applicationId: string): void {
  const app = draft.state.applications.get(applicationId)
  if (app?.connection === undefined || app.executor === undefined) return
  const before = draft.state
  const wish = wishOf(app, before)
  if (wish.coresLeft < (wish.coresPerExecutor ?? 1) || wish.executorsLeft < 1) return
  const free = freeWorkers(before)
  const usable = free
    .filter((worker) => unusable(worker, wish) === undefined)
    .sort((a, b) => b.coresFree - a.coresFree)
  const given = assignCores(usable, wish, before.options.spreadOut)
  const launched: (readonly [workerId: string, cores: readonly number[]])[] = []
  usable.forEach(({ workerId }, at) => {
    const cores = given[at] ?? 0
    if (cores === 0) return
    const each = wish.coresPerExecutor ?? cores
    const executors = Array.from({ length: Math.floor(cores / each) }, () => each)
    for (const own of executors) launchExecutor(draft, applicationId, workerId, own)
    launched.push([workerId, executors])
  })
  if (launched.length === 0 && app.executors.size > 0) return
  const note = executorsPlacedNote(app, free, wish, launched, before.options.spreadOut)
  draft.note('placement', note, launched.length === 0 ? `${applicationId} waits` : undefined)
}

function launchExecutor(
  draft: Draft,
  applicationId: string,
  workerId: string,
  cores: number,
): void {
  const app = draft.state.applications.get(applicationId)
  const worker = draft.state.workers.get(workerId)
  if (app?.executor === undefined || worker === undefined) return
  const executorId = app.nextExecutorId
  const memoryMb = app.description.memoryPerExecutorMb
  const launched = { executorId, workerId, cores, memoryMb, state: 'LAUNCHING' } as const
  draft.setExecutor({ ...app, nextExecutorId: executorId + 1, state: 'RUNNING' }, launched)
  draft.tellWorker(workerId, {
    type: 'launch-executor',
    applicationId,
    executorId,
    cores,
    memoryMb,
    executor: app.executor,
  })
  const { host } = worker
  draft.tellApplication(app, {
    type: 'executor-added',
    executorId,
    workerId,
    host,
    cores,
    memoryMb,
  })
}
