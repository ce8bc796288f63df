import { receive, setup, type ActorRef, type Behavior } from '../../../actors/index.ts'
import { SparkError } from '../../errors.ts'
import type { ExecutorRegistryMessage } from '../executor-registry/index.ts'
import type { TaskResult } from '../../task/index.ts'
import type { TaskMessage, TaskSetMessage } from './protocol.ts'

type Run = Extract<TaskMessage, { type: 'run' }>

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
    let parts: Uint8Array[] = []
    const end = (): Run | undefined => {
      const ended = run
      run = undefined
      if (ended !== undefined)
        registry.tell({ type: 'release-slot', executorId: ended.key.executorId, taskSetId })
      return ended
    }
    return receive<TaskMessage>(
      (message) => {
        switch (message.type) {
          case 'run': {
            run = message
            parts = []
            const { task, binary, session } = message
            session.tell({ type: 'launch', task, binary, replyTo: ctx.self })
            return
          }
          case 'result-part':
            if (run?.task.taskAttemptId !== message.taskAttemptId) return
            if (parts.length === 0) parent.tell({ type: 'getting-result', key: run.key })
            parts.push(message.bytes)
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
            const result = withParts(message.result, parts)
            parent.tell({ type: 'task-done', key, taskAttemptId, result })
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
function withParts(result: TaskResult, parts: readonly Uint8Array[]): TaskResult {
  if (parts.length === 0 || result.outcome.type !== 'result') return result
  return { ...result, outcome: { type: 'result', value: Buffer.concat(parts) } }
}

function executorLost(executorId: string, reason: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_EXECUTOR_LOST',
    `Executor ${executorId} is lost (${reason}); its tasks run again elsewhere`,
    { data: { executorId, reason } },
  )
}
