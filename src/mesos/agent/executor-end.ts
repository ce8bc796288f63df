import { hasCapability, type FrameworkInfo } from '../protocol/index.ts'
import type { AgentChange } from './change.ts'
import { taskContainerEnded } from './built-in.ts'
import { containerSpec, sharesBounds, taskContainerSpec } from './container-spec.ts'
import { endedNote, endingNote } from './explain.ts'
import { graceMsOf } from './grace.ts'
import type { ContainerEnd, ExecutorEnding, ExecutorState } from './state.ts'
import { enqueue } from './updates.ts'

/** Asks an executor to shut down, and kills it if it has not by the end of its grace. */
export function endExecutor(
  change: AgentChange,
  executor: ExecutorState,
  ending: ExecutorEnding,
): void {
  if (executor.ending !== undefined) return
  change.setExecutor({ ...executor, ending })
  const { frameworkInfo, containerId } = executor
  change.record(frameworkInfo, { type: 'ending', containerId, ending }, { mayLag: true })
  change.decided(endingNote(executor, ending), executor.containerId)
  if (executor.connection === undefined) {
    destroyExecutor(change, executor)
    return
  }
  change.sendExecutor(executor, { type: 'SHUTDOWN' })
  change.startTimer(graceTimer(executor.containerId), graceMsOf(change, executor), {
    type: 'grace-over',
    containerId: executor.containerId,
  })
}

/** The executor's process has ended, or never began: its tasks end with it, each with its reason. */
export function containerEnded(change: AgentChange, event: ContainerEnd): void {
  const executor = change.executorOf(event.containerId)
  if (executor === undefined) {
    withinEnded(change, event)
    return
  }
  // Its end may be told twice: by itself, and by the end of its actor.
  if (executor.over !== undefined) return
  const speaks = executor.builtIn !== undefined && executor.isMute !== true
  if (speaks && executor.process !== undefined && !isForced(event)) {
    // The task is its executor's, and so is the word of its end.
    const { containerId, exit } = event
    change.setExecutor({ ...executor, over: event })
    const taskId = executor.info.executor_id.value
    const message = { type: 'container-over', taskId, exit } as const
    change.effects.push({ type: 'tell-built-in', containerId, message })
    return
  }
  executorEnded(change, executor, event)
}

/** The container of a task within an executor: if it was ended for what all of that one use together, all end. */
function withinEnded(change: AgentChange, event: ContainerEnd): void {
  const [executor, , task] = change.taskOf(event.containerId) ?? []
  const isOfAll = event.limitation !== undefined && task !== undefined && sharesBounds(task.info)
  if (executor === undefined || !isOfAll) taskContainerEnded(change, event)
  else executorEnded(change, executor, { ...event, containerId: executor.containerId })
}

function isForced({ failure, limitation }: ContainerEnd): boolean {
  return failure !== undefined || limitation !== undefined
}

/** An executor that is built in has ended: it has said all, or it has failed, and its command ends with it. */
export function builtInOver(change: AgentChange, containerId: string): void {
  const executor = change.executorOf(containerId)
  if (executor === undefined) return
  if (executor.over !== undefined) {
    executorEnded(change, executor, executor.over)
    return
  }
  if (executor.builtIn === 'default') {
    executorEnded(change, executor, { containerId, status: executor.tasks.size === 0 ? 0 : 256 })
    return
  }
  change.setExecutor({ ...executor, connection: undefined, isMute: true })
  change.destroy(containerId)
}

function executorEnded(change: AgentChange, executor: ExecutorState, event: ContainerEnd): void {
  const { frameworkId, containerId, connection } = executor
  change.cancelTimer(registrationTimer(containerId))
  change.cancelTimer(graceTimer(containerId))
  change.removeExecutor(executor)
  if (connection !== undefined) change.effects.push({ type: 'close-executor', connection })
  for (const { container } of executor.tasks.values()) {
    if (container !== undefined) change.destroy(container.containerId)
  }
  const ending = executor.ending ?? endingOf(event, executor.frameworkInfo)
  change.decided(endedNote(executor, ending, event.status), containerId)
  if (change.state.frameworks.has(frameworkId)) {
    for (const task of executor.tasks.values()) {
      const { state, reason, message, limitation } = ending
      const status = change.ownStatus(task.info, state, reason, message)
      const limited = { ...(limitation !== undefined && { limitation }) }
      enqueue(change, frameworkId, task.info, Object.assign(status, limited))
    }
  }
  removeExitFiles(change, executor)
  change.noteExecutor(executor)
  const ended = { type: 'ended', containerId } as const
  change.record(executor.frameworkInfo, ended, { mayLag: true })
  if (executor.builtIn !== 'command') {
    change.executorOver({
      framework_id: { value: frameworkId },
      executor_id: executor.info.executor_id,
      status: event.status,
    })
  }
  change.forgetFramework(frameworkId)
}

function removeExitFiles(change: AgentChange, executor: ExecutorState): void {
  if (executor.builtIn === undefined) return
  const specs =
    executor.builtIn === 'command'
      ? [containerSpec(change.state, executor)]
      : [...executor.tasks.values()].flatMap(({ info, container }) =>
          container === undefined
            ? []
            : [taskContainerSpec(change.state, executor, container.containerId, info)],
        )
  for (const { exitFile } of specs) {
    if (exitFile !== undefined) change.effects.push({ type: 'remove-file', path: exitFile })
  }
}

/** Ends at once all that runs of an executor. */
export function destroyExecutor(change: AgentChange, executor: ExecutorState): void {
  if (executor.builtIn !== 'default') {
    change.destroy(executor.containerId)
    return
  }
  for (const { container } of executor.tasks.values()) {
    if (container !== undefined) change.destroy(container.containerId)
  }
  // Nobody is there who would say how they ended.
  if (executor.connection === undefined) {
    change.effects.push({ type: 'close-executor', connection: executor.containerId })
  }
}

function endingOf(
  { failure, limitation, hasNoSandbox }: ContainerEnd,
  framework: FrameworkInfo,
): ExecutorEnding {
  if (limitation !== undefined) {
    const { reason, message, resources } = limitation
    const limited = { ...(resources !== undefined && { limitation: { resources } }) }
    return { state: 'TASK_FAILED', reason, message, ...limited }
  }
  if (failure !== undefined && hasNoSandbox === true) {
    const state = hasCapability(framework, 'PARTITION_AWARE') ? 'TASK_DROPPED' : 'TASK_LOST'
    return { state, reason: 'REASON_EXECUTOR_TERMINATED', message: failure }
  }
  return failure === undefined
    ? {
        state: 'TASK_FAILED',
        reason: 'REASON_EXECUTOR_TERMINATED',
        message: 'Executor terminated',
      }
    : {
        state: 'TASK_FAILED',
        reason: 'REASON_CONTAINER_LAUNCH_FAILED',
        message: `Failed to launch container: ${failure}`,
      }
}

/** Runs out when a started executor has not subscribed. */
export function registrationTimer(containerId: string): string {
  return `registration ${containerId}`
}

function graceTimer(containerId: string): string {
  return `grace ${containerId}`
}
