import { receive, setup, type ActorRef, type Behavior } from '../../../actors/index.ts'
import { SparkError } from '../../errors.ts'
import type { ExecutorRegistryMessage } from '../executor-registry/index.ts'
import type { TaskResult } from '../../task/index.ts'
import type { TaskMessage, TaskSetMessage } from './protocol.ts'

type Run = Extract<TaskMessage, { type: 'run' }>

/** After it a part of a result is asked for again: the message or its answer was lost with its connection. */
const PART_AGAIN_MS = 10_000

/** What has come of a large result. */
interface ResultParts {
  readonly parts: Uint8Array[]
  bytes: number
}

/**
 * One task, in the driver: each incarnation waits for a slot, has its executor run the task, and ends with the
 * task. What fails over there fails here, so that the task set, its parent, answers with a directive. A slot
 * is given back when the run is over, however it ends.
 */
export function taskActor(
  parent: ActorRef<TaskSetMessage>,
  registry: ActorRef<ExecutorRegistryMessage>,
  taskSetId: string,
): Behavior<TaskMessage> {
  return setup((ctx) => {
    let run: Run | undefined
    let result: ResultParts | undefined
    const read = (): void => {
      if (run === undefined || result === undefined) return
      const { taskAttemptId } = run.task
      run.session.tell({ type: 'read-result', taskAttemptId, offset: result.bytes })
      ctx.timers.startSingle('part', { type: 'look-for-part' }, PART_AGAIN_MS)
    }
    const end = (): Run | undefined => {
      const ended = run
      run = undefined
      ctx.timers.cancel('part')
      if (ended !== undefined)
        registry.tell({ type: 'release-slot', executorId: ended.key.executorId, taskSetId })
      return ended
    }
    return receive<TaskMessage>(
      (message) => {
        switch (message.type) {
          case 'run': {
            run = message
            result = undefined
            const { task, binary, session } = message
            session.tell({ type: 'launch', task, binary, replyTo: ctx.self })
            return
          }
          case 'result-ready':
            if (run?.task.taskAttemptId !== message.taskAttemptId) return
            // Said again, as it is when its executor is asked what it has: the first time is enough.
            if (result !== undefined) return
            result = { parts: [], bytes: 0 }
            parent.tell({ type: 'getting-result', key: run.key, sizeBytes: message.sizeBytes })
            return
          case 'take-result':
          case 'look-for-part':
            read()
            return
          case 'result-part':
            if (run?.task.taskAttemptId !== message.taskAttemptId) return
            // One that was asked for twice comes twice.
            if (result?.bytes !== message.offset) return
            result.parts.push(message.bytes)
            result.bytes += message.bytes.length
            read()
            return
          case 'kill':
            run?.session.tell({ type: 'cancel', taskAttemptId: run.task.taskAttemptId })
            return
          case 'task-succeeded':
          case 'task-failed': {
            if (run?.task.taskAttemptId !== message.taskAttemptId) {
              parent.tell({ type: 'stale-report', report: message })
              return
            }
            const { key } = run
            end()
            if (message.type === 'task-failed') throw message.error
            const { taskAttemptId } = message
            const whole = withParts(message.result, result)
            parent.tell({ type: 'task-done', key, taskAttemptId, result: whole })
            ctx.stop()
            return
          }
          case 'executor-lost':
            if (run?.key.executorId !== message.executorId) return
            end()
            throw executorLost(message.executorId, message.reason)
        }
      },
      (signal) => {
        if (signal.type !== 'PostStop') return
        const cut = end()
        cut?.session.tell({ type: 'cancel', taskAttemptId: cut.task.taskAttemptId })
      },
    )
  })
}

/** A result whole, when it came in parts. */
function withParts(result: TaskResult, taken: ResultParts | undefined): TaskResult {
  if (taken === undefined || result.outcome.type !== 'result') return result
  return { ...result, outcome: { type: 'result', value: Buffer.concat(taken.parts) } }
}

function executorLost(executorId: string, reason: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_EXECUTOR_LOST',
    `Executor ${executorId} is lost (${reason}); its tasks run again elsewhere`,
    { data: { executorId, reason } },
  )
}
