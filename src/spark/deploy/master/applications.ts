import {
  isExecutorOver,
  type ApplicationCall,
  type ApplicationState,
  type ExecutorState,
  type WorkerCall,
} from '../protocol/index.ts'
import { without, type Draft } from './draft.ts'
import { applicationEndNote, executorEndNote } from './explain.ts'
import { tellApplicationMasters } from './masters.ts'
import type { ApplicationInfo, ExecutorInfo } from './state.ts'

type Registration = Extract<ApplicationCall, { type: 'register-application' }>
type ExecutorReport = Extract<WorkerCall, { type: 'executor-changed' }>

/** An application comes, or comes back. */
export function applicationRegistered(draft: Draft, connection: string, call: Registration): void {
  const { applicationId, application, executor, nextExecutorId, executors } = call
  const { executorLimit = Number.MAX_SAFE_INTEGER, profiles = [] } = call
  const known = draft.state.applications.get(applicationId)
  if (known?.executor !== undefined && known.executor.token !== executor.token) {
    // Whoever has not its token is not that application.
    draft.log('warn', `somebody else calls himself application ${applicationId}, and is refused`)
    const message = `there is another application ${applicationId}`
    const removed = { type: 'application-removed', state: 'FAILED', message } as const
    draft.effects.push({ type: 'to-application', connection, event: removed })
    draft.effects.push({ type: 'close', connection })
    return
  }
  if (known?.connection !== undefined && known.connection !== connection) {
    draft.effects.push({ type: 'close', connection: known.connection })
  }
  const app = draft.setApplication({
    applicationId,
    description: application,
    state: known === undefined || known.executors.size === 0 ? 'WAITING' : 'RUNNING',
    startUnixMs: known?.startUnixMs ?? draft.moment.unixMs,
    endUnixMs: undefined,
    connection,
    leftMs: 0,
    executor,
    nextExecutorId: Math.max(nextExecutorId, known?.nextExecutorId ?? 0),
    retryCount: known?.retryCount ?? 0,
    executorLimit,
    profiles: new Map(profiles.map((request) => [request.profileId, request])),
    executors: known?.executors ?? new Map(),
    claimed: executors,
  })
  if (known === undefined) {
    const { startUnixMs } = app
    draft.keep({ kind: 'app', applicationId, description: application, startUnixMs })
    draft.log('info', `application ${applicationId} (${application.name}) is registered`)
  }
  const { workerTimeoutMs } = draft.state.options
  draft.tellApplication(app, { type: 'application-registered', leaseMs: workerTimeoutMs })
  tellApplicationMasters(draft, app)
  // While it recovers, those that run them may still come.
  if (draft.state.status === 'ALIVE') settleClaims(draft, app)
}

/** Tells an application which of the executors that it believes in are no more, and which it has not heard of. */
export function settleClaims(draft: Draft, app: ApplicationInfo): void {
  for (const executorId of app.claimed) {
    if (app.executors.has(executorId)) continue
    const message = 'the master knows of no such executor'
    draft.tellApplication(app, { type: 'executor-updated', executorId, state: 'LOST', message })
  }
  for (const { executorId, workerId, cores, memoryMb } of app.executors.values()) {
    const worker = draft.state.workers.get(workerId)
    if (app.claimed.includes(executorId) || worker === undefined) continue
    const added = { executorId, workerId, host: worker.host, cores, memoryMb }
    draft.tellApplication(app, { type: 'executor-added', ...added })
  }
  draft.setApplication({ ...app, claimed: [] })
}

/** A worker says how it stands with an executor. */
export function executorChanged(draft: Draft, workerId: string, report: ExecutorReport): void {
  const { applicationId, executorId, state, exitStatus, message = '' } = report
  const app = draft.state.applications.get(applicationId)
  const executor = app?.executors.get(executorId)
  // It may be that of an application that is over.
  if (app === undefined || executor?.workerId !== workerId) return
  if (isExecutorOver(state)) {
    executorGone(draft, applicationId, executor, { state, message, exitStatus })
    return
  }
  // One that runs shows that they can run.
  const retryCount = state === 'RUNNING' ? 0 : app.retryCount
  draft.setExecutor({ ...app, retryCount }, { ...executor, state })
  draft.tellApplication(app, { type: 'executor-updated', executorId, state, message })
}

/** How an executor has ended. */
interface ExecutorEnd {
  readonly state: ExecutorState
  readonly message: string
  readonly exitStatus?: number | undefined
}

/** What an executor had is free; an application of which too many in a row have failed is given up. */
export function executorGone(
  draft: Draft,
  applicationId: string,
  { executorId, workerId }: ExecutorInfo,
  { state, message, exitStatus }: ExecutorEnd,
): void {
  const before = draft.state.applications.get(applicationId)
  if (before === undefined) return
  draft.tellApplication(before, {
    type: 'executor-updated',
    executorId,
    state,
    message,
    exitStatus,
  })
  const { maxExecutorRetries } = draft.state.options
  // A worker that is lost takes good executors with it, and one that was told to end has not failed.
  const isFailure = exitStatus !== 0 && (state === 'EXITED' || state === 'FAILED')
  const retryCount = before.retryCount + (isFailure ? 1 : 0)
  const app = draft.dropExecutor({ ...before, retryCount }, executorId)
  const how = [state, message, exitStatus === undefined ? '' : `exit status ${exitStatus}`]
  draft.note(
    'placement',
    executorEndNote(
      app,
      executorId,
      workerId,
      how.filter((word) => word !== '').join(', '),
      `${retryCount} of ${maxExecutorRetries} failures in a row`,
    ),
  )
  const isTooMany = isFailure && maxExecutorRetries >= 0 && retryCount >= maxExecutorRetries
  const anyRuns = [...app.executors.values()].some((one) => one.state === 'RUNNING')
  if (!isTooMany || anyRuns) return
  removeApplication(
    draft,
    app,
    'FAILED',
    `${retryCount} executors in a row have failed, the last one by: ${message || state}; see its stderr in the work directory of worker ${workerId}`,
  )
}

/** An application is over: its executors are ended. */
export function removeApplication(
  draft: Draft,
  app: ApplicationInfo,
  state: Extract<ApplicationState, 'FINISHED' | 'FAILED'>,
  why: string,
): void {
  const { applicationId, connection, executors } = app
  const { unixMs } = draft.moment
  const over = { ...app, state, endUnixMs: unixMs, connection: undefined }
  for (const { executorId, workerId } of executors.values()) {
    const reason = `application ${applicationId} is ${state}`
    draft.tellWorker(workerId, { type: 'kill-executor', applicationId, executorId, reason })
  }
  draft.tellApplication(app, { type: 'application-removed', state, message: why })
  if (connection !== undefined) draft.effects.push({ type: 'close', connection })
  const { applications, completedApplications, options } = draft.state
  draft.change({
    applications: without(applications, applicationId),
    completedApplications: newest(completedApplications, over, options.retainedApplications),
  })
  draft.forget('app', applicationId)
  draft.log(state === 'FAILED' ? 'error' : 'info', `application ${applicationId}: ${state}, ${why}`)
  draft.note('application', applicationEndNote(over, why))
}

/** An application asks for the end of some of its executors. */
export function killExecutors(draft: Draft, app: ApplicationInfo, ids: readonly number[]): void {
  const { applicationId } = app
  for (const executorId of ids) {
    const executor = app.executors.get(executorId)
    if (executor === undefined) continue
    const reason = 'its application asked for its end'
    draft.tellWorker(executor.workerId, {
      type: 'kill-executor',
      applicationId,
      executorId,
      reason,
    })
  }
}

/** Those whose session has ended, and who have not come back in time, are over. */
export function timeOutApplications(draft: Draft): void {
  const { applicationGraceMs } = draft.state.options
  for (const app of draft.state.applications.values()) {
    if (app.state === 'UNKNOWN' || app.connection !== undefined) continue
    if (draft.moment.nowMs - app.leftMs < applicationGraceMs) continue
    removeApplication(draft, app, 'FINISHED', 'its driver is gone')
  }
}

/** The newest `count` of them. */
export function newest<T>(list: readonly T[], item: T, count: number): readonly T[] {
  return count === 0 ? [] : [...list, item].slice(-count)
}
