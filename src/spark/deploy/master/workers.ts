import type { HeldExecutor, WorkerCall, WorkerDescription } from '../protocol/index.ts'
import { executorGone } from './applications.ts'
import { driverOfLostWorker } from './drivers.ts'
import { without, type Draft } from './draft.ts'
import { workerNote } from './explain.ts'
import { tellWorkerMasters } from './masters.ts'
import type { WorkerInfo } from './state.ts'

type Registration = Extract<WorkerCall, { type: 'register-worker' }>

/** A worker comes, or comes back with what it runs. */
export function workerRegistered(draft: Draft, connection: string, call: Registration): void {
  const { worker, executors, drivers } = call
  const known = draft.state.workers.get(worker.workerId)
  if (known?.connection !== undefined && known.connection !== connection) {
    draft.effects.push({ type: 'close', connection: known.connection })
  }
  const { nowMs, unixMs } = draft.moment
  const back: WorkerInfo = {
    ...worker,
    state: 'ALIVE',
    connection,
    heardMs: nowMs,
    heardUnixMs: unixMs,
  }
  if (known?.state !== 'ALIVE') {
    draft.keep({ kind: 'worker', ...described(worker) })
    const place = `${worker.host}:${worker.port}`
    draft.log(
      'info',
      `worker ${worker.workerId} at ${place} has ${worker.cores} cores and ${worker.memoryMb} MB`,
    )
    draft.note(
      'worker',
      workerNote(worker, 'yes', known === undefined ? 'it has registered' : 'it has come back'),
    )
  }
  draft.setWorker(back)
  const { workerTimeoutMs } = draft.state.options
  draft.tellWorker(worker.workerId, {
    type: 'worker-registered',
    heartbeatMs: Math.max(1, Math.floor(workerTimeoutMs / 4)),
    leaseMs: workerTimeoutMs,
  })
  tellWorkerMasters(draft, worker.workerId)
  reconcileExecutors(draft, worker.workerId, executors)
  reconcileDrivers(draft, worker.workerId, drivers)
}

/** What it runs counts if the master has given it out, or still waits to hear who runs what. */
function reconcileExecutors(draft: Draft, workerId: string, held: readonly HeldExecutor[]): void {
  for (const { applicationId, executorId, cores, memoryMb, profileId = 0, isRunning } of held) {
    const app = draft.state.applications.get(applicationId)
    const known = app?.executors.get(executorId)
    const isExpected = known === undefined ? draft.state.status === 'RECOVERING' : true
    if (app === undefined || !isExpected || (known && known.workerId !== workerId)) {
      const reason = `the master does not know executor ${executorId} of ${applicationId} there`
      draft.tellWorker(workerId, { type: 'kill-executor', applicationId, executorId, reason })
      continue
    }
    const state = isRunning ? 'RUNNING' : 'LAUNCHING'
    const nextExecutorId = Math.max(app.nextExecutorId, executorId + 1)
    const found = { executorId, workerId, cores, memoryMb, profileId, state } as const
    draft.setExecutor({ ...app, nextExecutorId }, found)
  }
  const mine = new Set(held.map((one) => `${one.applicationId}/${one.executorId}`))
  for (const app of draft.state.applications.values()) {
    for (const executor of app.executors.values()) {
      const key = `${app.applicationId}/${executor.executorId}`
      if (executor.workerId !== workerId || mine.has(key)) continue
      const message = `worker ${workerId} has come back without it`
      executorGone(draft, app.applicationId, executor, { state: 'LOST', message })
    }
  }
}

function reconcileDrivers(draft: Draft, workerId: string, held: readonly string[]): void {
  for (const driverId of held) {
    const driver = draft.state.drivers.get(driverId)
    if (driver?.workerId === workerId) draft.setDriver({ ...driver, state: 'RUNNING' })
    else draft.tellWorker(workerId, { type: 'kill-driver', driverId })
  }
  for (const driver of draft.state.drivers.values()) {
    if (driver.workerId !== workerId || held.includes(driver.driverId)) continue
    driverOfLostWorker(draft, driver, `worker ${workerId} has come back without it`)
  }
}

/** Counts a worker out, with all that ran on it. */
export function removeWorker(draft: Draft, worker: WorkerInfo, why: string): void {
  const { workerId, connection } = worker
  draft.setWorker({ ...worker, state: 'DEAD', connection: undefined })
  if (connection !== undefined) draft.effects.push({ type: 'close', connection })
  draft.forget('worker', workerId)
  draft.log('warn', `worker ${workerId} is lost: ${why}`)
  draft.note('worker', workerNote(worker, 'no: it is DEAD, with all that ran there', why))
  for (const app of draft.state.applications.values()) {
    for (const executor of app.executors.values()) {
      if (executor.workerId !== workerId) continue
      const message = `its worker is lost: ${why}`
      executorGone(draft, app.applicationId, executor, { state: 'LOST', message })
    }
  }
  for (const driver of draft.state.drivers.values()) {
    if (driver.workerId === workerId) {
      driverOfLostWorker(draft, driver, `its worker ${workerId} is lost: ${why}`)
    }
  }
}

/** Counts out those that have been silent for too long, and forgets those that have been dead for long. */
export function timeOutWorkers(draft: Draft): void {
  const { workerTimeoutMs, workerGraceMs, deadWorkerPersistence } = draft.state.options
  for (const worker of draft.state.workers.values()) {
    const { state, connection, heardMs, workerId } = worker
    const silentMs = draft.moment.nowMs - heardMs
    if (state === 'DEAD') {
      if (silentMs < workerTimeoutMs * (deadWorkerPersistence + 1)) continue
      draft.change({ workers: without(draft.state.workers, workerId) })
    } else if (state === 'ALIVE') {
      if (silentMs >= workerTimeoutMs) {
        removeWorker(draft, worker, `nothing was heard of it for ${workerTimeoutMs} ms`)
      } else if (connection === undefined && silentMs >= workerGraceMs) {
        removeWorker(draft, worker, 'its session has ended, and it has opened no other')
      }
    }
  }
}

function described(worker: WorkerDescription): WorkerDescription {
  const { workerId, host, port, cores, memoryMb } = worker
  return { workerId, host, port, cores, memoryMb }
}
