import type { ApplicationCall, WorkerCall } from '../protocol/index.ts'
import {
  applicationRegistered,
  executorChanged,
  killExecutors,
  removeApplication,
  timeOutApplications,
} from './applications.ts'
import { Draft } from './draft.ts'
import { driverChanged, driverKillAsked, driverSubmitted } from './drivers.ts'
import { mastersChanged } from './masters.ts'
import { recoveryBegins, recoveryGoesOn } from './recovery.ts'
import { schedule } from './schedule.ts'
import type {
  ApplicationInfo,
  MasterEffect,
  MasterEvent,
  MasterState,
  Moment,
  WorkerInfo,
} from './state.ts'
import { timeOutWorkers, workerRegistered } from './workers.ts'

/**
 * What a master does about an event: all of its decisions. What has become free is given out again at the end of each step.
 *
 * @see Master.scala of Spark
 */
export function stepMaster(
  state: MasterState,
  event: MasterEvent,
  moment: Moment,
): readonly [MasterState, readonly MasterEffect[]] {
  const draft = new Draft(state, moment)
  const isQuiet = handle(draft, event)
  if (!isQuiet) {
    recoveryGoesOn(draft)
    schedule(draft)
  }
  return [draft.state, draft.effects]
}

/** Answers true for what can change nothing for those that wait. */
function handle(draft: Draft, event: MasterEvent): boolean {
  switch (event.type) {
    case 'recovered':
      recoveryBegins(draft, event.items)
      return false
    case 'worker-call':
      return workerSays(draft, event.connection, event.call)
    case 'application-call':
      applicationSays(draft, event.connection, event.call)
      return false
    case 'disconnected':
      disconnected(draft, event.connection)
      return true
    case 'tick':
      timeOutWorkers(draft)
      timeOutApplications(draft)
      return false
    case 'masters':
      mastersChanged(draft, event.addresses)
      return true
    case 'driver-submitted':
      driverSubmitted(draft, event.request, event.driver)
      return false
    case 'driver-kill-asked':
      driverKillAsked(draft, event.request, event.driverId)
      return false
  }
}

function workerSays(draft: Draft, connection: string, call: WorkerCall): boolean {
  if (call.type === 'register-worker') {
    workerRegistered(draft, connection, call)
    return false
  }
  const worker = workerOf(draft.state, connection)
  if (worker === undefined) return true
  const { nowMs, unixMs } = draft.moment
  draft.setWorker({ ...worker, heardMs: nowMs, heardUnixMs: unixMs })
  switch (call.type) {
    case 'heartbeat':
      return true
    case 'executor-changed':
      executorChanged(draft, worker.workerId, call)
      return false
    case 'driver-changed':
      driverChanged(draft, worker.workerId, call.driverId, call.state, call.message)
      return false
  }
}

function applicationSays(draft: Draft, connection: string, call: ApplicationCall): void {
  if (call.type === 'register-application') {
    applicationRegistered(draft, connection, call)
    return
  }
  const app = applicationOf(draft.state, connection)
  if (app === undefined) return
  switch (call.type) {
    case 'unregister-application':
      removeApplication(draft, app, 'FINISHED', 'its driver has said so')
      return
    case 'request-executors':
      draft.setApplication({ ...app, executorLimit: call.total })
      return
    case 'request-profile': {
      const profiles = new Map(app.profiles).set(call.request.profileId, call.request)
      draft.setApplication({ ...app, profiles })
      return
    }
    case 'kill-executors':
      killExecutors(draft, app, call.executorIds)
  }
}

function disconnected(draft: Draft, connection: string): void {
  const { nowMs } = draft.moment
  const worker = workerOf(draft.state, connection)
  if (worker !== undefined) draft.setWorker({ ...worker, connection: undefined, heardMs: nowMs })
  const app = applicationOf(draft.state, connection)
  if (app !== undefined) draft.setApplication({ ...app, connection: undefined, leftMs: nowMs })
}

function workerOf({ workers }: MasterState, connection: string): WorkerInfo | undefined {
  return [...workers.values()].find((worker) => worker.connection === connection)
}

function applicationOf(
  { applications }: MasterState,
  connection: string,
): ApplicationInfo | undefined {
  return [...applications.values()].find((app) => app.connection === connection)
}
