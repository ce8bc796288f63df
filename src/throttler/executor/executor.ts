import { receive, setup, type ActorRef, type Behavior, type Signal } from '../../actors/index.ts'
import type { ExecutorDriverMessage, ExecutorEvent, TaskState } from '../../mesos/index.ts'
import { oneForOne, supervised, when } from '../../supervision/index.ts'
import { isTroupeError } from '../../platform/index.ts'
import { decodeControl, decodeTask, encode, type TaskControl } from '../protocol/index.ts'
import { countOf, type StartTask, type TaskSpec } from '../run/index.ts'
import { taskActor, type TaskMessage, type TaskNotice } from './task.ts'
import { TaskRecord } from './task-record.ts'

/** Settings of an executor. */
export interface ExecutorSettings {
  readonly driver: ActorRef<ExecutorDriverMessage>
  readonly startTask: StartTask
  /** What is to happen when it has shut down, its tasks before it. */
  readonly onShutdown: () => void
}

type Message = ExecutorEvent | TaskNotice | { readonly type: 'kill-overdue'; readonly id: string }

interface Task {
  readonly record: TaskRecord
  readonly ref: ActorRef<TaskMessage>
  control: TaskControl | undefined
  isKilled: boolean
}

/** A store that stumbles is back in moments, or not soon: after three more attempts, 100 ms to 10 s apart, the scheduler is to decide. */
const MAX_ATTEMPTS = 4
const BACKOFF = { minMs: 100, maxMs: 10_000, factor: 4 }
const STRATEGY = oneForOne({
  decide: [when('its last attempt', (error) => attemptOf(error) >= MAX_ATTEMPTS, 'stop')],
  // Attempts are counted for each task, and end by the rule.
  maxRestarts: 2 ** 16,
  backoff: BACKOFF,
})
/** What a query that hangs may take when its task is killed. */
const KILL_MS = 800

/**
 * Runs the tasks of one agent, each an actor that is begun again, with a backoff, when a query fails; reports to the scheduler what
 * is done, and hands its orders on. A task that has failed too often ends as TASK_FAILED, with what it has done.
 */
export function throttleExecutor(settings: ExecutorSettings): Behavior<ExecutorEvent> {
  const { driver, startTask, onShutdown } = settings
  const behavior = setup<Message>((ctx) => {
    const { clock } = ctx.environment
    const tasks = new Map<string, Task>()
    let isPaused = false

    const update = (id: string, state: TaskState, message: string, data?: Uint8Array): void => {
      const status = { task_id: { value: id }, state, message, ...(data && { data }) }
      driver.tell({ type: 'UPDATE', update: { status } })
    }

    /** The last word on a task, with what is done. */
    const end = (id: string, state: TaskState, message?: string): void => {
      const task = tasks.get(id)
      if (task === undefined) return
      tasks.delete(id)
      ctx.timers.cancel(id)
      const report = task.record.report()
      const seconds = (clock.now() - task.record.startedMs) / 1000
      const executed = `Executed ${countOf(report.done)} queries in ${seconds.toFixed(3)} sec.`
      update(id, state, message ?? executed, encode(report))
      void ctx.stop(task.ref)
    }

    const launch = (id: string, data: Uint8Array | undefined): void => {
      let spec: TaskSpec
      try {
        spec = decodeTask(data)
      } catch (error) {
        update(id, 'TASK_ERROR', textOf(error))
        return
      }
      update(id, 'TASK_RUNNING', `${countOf(spec.operations)} queries`)
      const record = new TaskRecord(spec, clock.now())
      const wanted = (): { readonly rate: TaskSpec['rate']; readonly isPaused: boolean } => ({
        rate: tasks.get(id)?.control?.rate ?? spec.rate,
        isPaused,
      })
      const ref = ctx.spawn(taskActor(record, startTask, ctx.self, wanted), attemptsName(id))
      tasks.set(id, { record, ref, control: undefined, isKilled: false })
      ctx.watch(ref)
    }

    const kill = (id: string): void => {
      const task = tasks.get(id)
      if (task === undefined) {
        update(id, 'TASK_KILLED', 'It has ended before, or never begun')
        return
      }
      task.isKilled = true
      task.ref.tell({ type: 'stop' })
      ctx.timers.startSingle(id, { type: 'kill-overdue', id }, KILL_MS)
    }

    const order = (data: Uint8Array): void => {
      const control = decodeControl(data)
      isPaused = control.isPaused
      for (const [id, wanted] of Object.entries(control.tasks)) {
        const task = tasks.get(id)
        if (task === undefined) continue
        task.control = wanted
        task.record.seen(wanted.seen)
        task.ref.tell({ type: 'control', rate: wanted.rate, isPaused })
      }
    }

    /** The actor of a task has ended without a word: its attempts were too many. */
    const gone = (signal: Signal): void => {
      if (signal.type !== 'Terminated') return
      for (const [id, { ref }] of tasks) {
        if (ref === signal.ref) end(id, 'TASK_FAILED', textOf(signal.error))
      }
    }

    return receive<Message>((message) => {
      switch (message.type) {
        case 'LAUNCH':
          launch(message.launch.task.task_id.value, message.launch.task.data)
          return
        case 'KILL':
          kill(message.kill.task_id.value)
          return
        case 'MESSAGE':
          try {
            order(message.message.data)
          } catch (error) {
            ctx.log.write('warn', textOf(error))
          }
          return
        case 'SHUTDOWN':
          for (const id of tasks.keys()) end(id, 'TASK_KILLED', 'The executor was shut down')
          onShutdown()
          return
        case 'task-progress': {
          const task = tasks.get(message.id)
          if (task === undefined) return
          driver.tell({ type: 'MESSAGE', message: { data: encode(task.record.report()) } })
          return
        }
        case 'task-over': {
          const isKilled = message.end === 'stopped' || tasks.get(message.id)?.isKilled === true
          const left = tasks.get(message.id)?.record.left(clock.now()).operations ?? []
          end(message.id, isKilled && left.length > 0 ? 'TASK_KILLED' : 'TASK_FINISHED')
          return
        }
        case 'kill-overdue':
          end(message.id, 'TASK_KILLED', `Killed; a query has not answered within ${KILL_MS} ms`)
          return
        default:
      }
    }, gone)
  })
  return supervised(STRATEGY, behavior)
}

/** Which attempt of its task has failed. */
function attemptOf(error: unknown): number {
  if (!isTroupeError(error, 'TROUPE_THROTTLER_QUERY_FAILED')) return 0
  const attempt = error.data['attempt']
  return typeof attempt === 'number' ? attempt : 0
}

function attemptsName(id: string): string {
  return `task-${id}`
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
