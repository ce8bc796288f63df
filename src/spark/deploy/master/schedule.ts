import type { Draft } from './draft.ts'
import { assignCores, unusable, type FreeWorker, type Wish } from './assign-cores.ts'
import { driverPlacedNote, driverWaitsNote, executorsPlacedNote } from './explain.ts'
import type { ProfileRequest } from '../protocol/index.ts'
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

/** What an application may have now, of the executors that it describes, or of a resource profile. */
export function wishOf(app: ApplicationInfo, state: MasterState, profile?: ProfileRequest): Wish {
  const { coresPerExecutor, memoryPerExecutorMb } = profile ?? app.description
  const { profileId = 0, total = app.executorLimit } = profile ?? {}
  const own = [...app.executors.values()].filter((one) => one.profileId === profileId)
  return {
    coresLeft: coresLeft(app, state.options),
    coresPerExecutor,
    memoryPerExecutorMb,
    executorsLeft: total - own.length,
  }
}

/** Those of the default resource profile first, then of the others in the order of their ids, as Spark does. */
function placeExecutors(draft: Draft, applicationId: string): void {
  placeOf(draft, applicationId)
  const { profiles } = draft.state.applications.get(applicationId) ?? {}
  const inOrder = [...(profiles?.values() ?? [])].sort((a, b) => a.profileId - b.profileId)
  for (const profile of inOrder) placeOf(draft, applicationId, profile)
}

function placeOf(draft: Draft, applicationId: string, profile?: ProfileRequest): void {
  const app = draft.state.applications.get(applicationId)
  if (app?.connection === undefined || app.executor === undefined) return
  const before = draft.state
  const wish = wishOf(app, before, profile)
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
    for (const own of executors) launchExecutor(draft, applicationId, workerId, own, profile)
    launched.push([workerId, executors])
  })
  const isServed = [...app.executors.values()].some(
    (one) => one.profileId === (profile?.profileId ?? 0),
  )
  if (launched.length === 0 && isServed) return
  const waitsKey = `${applicationId} waits${profile === undefined ? '' : ` for ${profile.profileId}`}`
  const note = executorsPlacedNote(app, free, wish, launched, before.options.spreadOut)
  draft.note('placement', note, launched.length === 0 ? waitsKey : undefined)
}

function launchExecutor(
  draft: Draft,
  applicationId: string,
  workerId: string,
  cores: number,
  profile: ProfileRequest | undefined,
): void {
  const app = draft.state.applications.get(applicationId)
  const worker = draft.state.workers.get(workerId)
  if (app?.executor === undefined || worker === undefined) return
  const executorId = app.nextExecutorId
  const memoryMb = (profile ?? app.description).memoryPerExecutorMb
  const profileId = profile?.profileId ?? 0
  const launched = { executorId, workerId, cores, memoryMb, profileId, state: 'LAUNCHING' } as const
  draft.setExecutor({ ...app, nextExecutorId: executorId + 1, state: 'RUNNING' }, launched)
  draft.tellWorker(workerId, {
    type: 'launch-executor',
    applicationId,
    executorId,
    cores,
    memoryMb,
    executor: profile?.executor ?? app.executor,
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
