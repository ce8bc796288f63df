import { receive, setup, type ActorRef, type Behavior } from '../../../actors/index.ts'
import { SparkError } from '../../errors.ts'
import type { ExecutorRegistryMessage } from '../executor-registry/index.ts'
import { rememberMetrics } from '../../task/index.ts'
import type { TaskMessage, TaskSetMessage } from './protocol.ts'
import { TakenResult } from './taken-result.ts'

type Run = Extract<TaskMessage, { type: 'run' }>

/** After it a part of a result is asked for again: the message or its answer was lost with its connection. */
const PART_AGAIN_MS = 10_000

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
    let result: TakenResult | undefined
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
      if (ended !== undefined) {
        const { key, task } = ended
        const { executorId } = key
        registry.tell({ type: 'release-slot', executorId, taskSetId, cpus: task.cpus })
      }
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
            result = new TakenResult(message.sizesBytes)
            parent.tell({ type: 'getting-result', key: run.key, sizeBytes: result.sizeBytes })
            return
          case 'take-result':
          case 'look-for-part':
            read()
            return
          case 'result-part':
            if (run?.task.taskAttemptId !== message.taskAttemptId) return
            if (result?.take(message.offset, message.bytes) === true) read()
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
            if (message.type === 'task-failed') {
              const { error, metrics } = message
              if (error instanceof Error) rememberMetrics(error, metrics)
              throw error
            }
            const { taskAttemptId } = message
            const whole = result?.wholeOf(message.result) ?? message.result
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

function executorLost(executorId: string, reason: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_EXECUTOR_LOST',
    `Executor ${executorId} is lost (${reason}); its tasks run again elsewhere`,
    { data: { executorId, reason } },
  )
}
