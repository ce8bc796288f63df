import { removeApplication, settleClaims } from './applications.ts'
import { driverOfLostWorker } from './drivers.ts'
import type { Draft } from './draft.ts'
import type { ApplicationInfo, DriverInfo, StoredItem, WorkerInfo } from './state.ts'
import { removeWorker } from './workers.ts'

/** Begins with what the master before has written down. Where that is nothing, there is nobody to wait for. */
export function recoveryBegins(draft: Draft, items: readonly StoredItem[]): void {
  const { nowMs, unixMs } = draft.moment
  const workers = new Map<string, WorkerInfo>()
  const applications = new Map<string, ApplicationInfo>()
  const drivers = new Map<string, DriverInfo>()
  for (const item of items) {
    switch (item.kind) {
      case 'worker': {
        const { kind: _, ...worker } = item
        workers.set(item.workerId, {
          ...worker,
          state: 'UNKNOWN',
          connection: undefined,
          heardMs: nowMs,
          heardUnixMs: unixMs,
        })
        continue
      }
      case 'app':
        applications.set(item.applicationId, unknownApplication(item))
        continue
      case 'driver': {
        const { driverId, description, startUnixMs, workerId } = item
        const state = workerId === undefined ? 'SUBMITTED' : 'UNKNOWN'
        const found = { driverId, description, startUnixMs, workerId, state, message: undefined }
        drivers.set(driverId, found as DriverInfo)
      }
    }
  }
  const recoverUntilMs = nowMs + draft.state.options.recoveryTimeoutMs
  draft.change({ status: 'RECOVERING', recoverUntilMs, workers, applications, drivers })
  draft.change({ nextDriverNumber: numberAfter([...drivers.keys()]) })
  if (items.length > 0) {
    draft.log(
      'info',
      `recovering ${workers.size} workers, ${applications.size} applications, ${drivers.size} drivers`,
    )
  }
  recoveryGoesOn(draft)
}

function unknownApplication(item: Extract<StoredItem, { kind: 'app' }>): ApplicationInfo {
  const { applicationId, description, startUnixMs } = item
  return {
    applicationId,
    description,
    state: 'UNKNOWN',
    startUnixMs,
    endUnixMs: undefined,
    connection: undefined,
    leftMs: 0,
    executor: undefined,
    nextExecutorId: 0,
    retryCount: 0,
    executorLimit: Number.MAX_SAFE_INTEGER,
    profiles: new Map(),
    executors: new Map(),
    claimed: [],
  }
}

/** Ends the recovery when all that were known have come back, or their time is over. */
export function recoveryGoesOn(draft: Draft): void {
  const { status, recoverUntilMs, workers, applications } = draft.state
  if (status !== 'RECOVERING') return
  const isAwaited = ({ state }: { readonly state: string }): boolean => state === 'UNKNOWN'
  const missing = [...workers.values(), ...applications.values()].filter(isAwaited)
  if (missing.length > 0 && draft.moment.nowMs < recoverUntilMs) return
  // Before it is ALIVE, so that nothing is placed meanwhile.
  for (const app of draft.state.applications.values()) {
    if (isAwaited(app)) removeApplication(draft, app, 'FINISHED', 'its driver has not come back')
    else settleClaims(draft, app)
  }
  for (const worker of draft.state.workers.values()) {
    if (isAwaited(worker)) removeWorker(draft, worker, 'it has not come back to its master')
  }
  for (const driver of draft.state.drivers.values()) {
    if (isAwaited(driver)) driverOfLostWorker(draft, driver, 'no worker runs it any more')
  }
  draft.change({ status: 'ALIVE' })
  draft.log('info', 'the master is ALIVE')
}

/** A number that none of these ids has. */
function numberAfter(ids: readonly string[]): number {
  return ids.reduce((next, id) => Math.max(next, Number(/(\d+)$/.exec(id)?.[1] ?? -1) + 1), 0)
}
