import { receive, setup, type ActorRef, type Behavior } from '../../../actors/index.ts'
import type { ChildProcess, Environment, ProcessExit } from '../../../platform/index.ts'
import { STARTED_FILE, executorProcess } from '../../backend/index.ts'
import type { ExecutorState } from '../protocol/index.ts'
import type { KillProcess, LaunchExecutor, RunnerNotice, WorkerPlace } from './protocol.ts'

type Message =
  | KillProcess
  | { readonly type: 'look' }
  | { readonly type: 'looked'; readonly hasStarted: boolean }
  | { readonly type: 'exited'; readonly exit: ProcessExit }

const LOOK_EVERY_MS = 100
const REACHED = 'it has reached its driver'

/**
 * Keeps one executor's process: starts it, tells the worker when it has reached its driver and how it has ended, and removes its
 * blocks. It ends with its process, and the process with it.
 *
 * @see ExecutorRunner.scala of Spark
 */
export function executorRunner(
  place: WorkerPlace,
  launch: LaunchExecutor,
  worker: ActorRef<RunnerNotice>,
): Behavior<KillProcess> {
  const { applicationId, executorId } = launch
  const scratch = `${place.scratchDirectory}/${applicationId}-${executorId}`
  return setup<Message>(async (ctx) => {
    const { disk } = ctx.environment
    let child: ChildProcess | undefined
    let killedFor: string | undefined
    const say = (state: ExecutorState, message: string, exitStatus?: number): void => {
      worker.tell({
        type: 'executor-state',
        applicationId,
        executorId,
        state,
        message,
        exitStatus,
      })
    }
    try {
      child = await startProcess(ctx.environment, place, launch, scratch)
      ctx.pipeToSelf(child.exited, (exit) => ({
        type: 'exited',
        exit: exit ?? { code: undefined, signal: undefined },
      }))
      ctx.timers.startPeriodic('look', { type: 'look' }, LOOK_EVERY_MS)
    } catch (error) {
      say('FAILED', error instanceof Error ? error.message : String(error))
      ctx.stop()
    }
    return receive<Message>(
      async (message) => {
        switch (message.type) {
          case 'look':
            ctx.pipeToSelf(disk.stat(`${scratch}/${STARTED_FILE}`), (found) => ({
              type: 'looked',
              hasStarted: found !== undefined,
            }))
            return
          case 'looked':
            if (!message.hasStarted || !ctx.timers.isActive('look')) return
            ctx.timers.cancel('look')
            say('RUNNING', REACHED)
            return
          case 'kill-process':
            killedFor ??= message.reason
            child?.kill('SIGKILL')
            return
          case 'exited': {
            const { code, signal } = message.exit
            // It may have been quick.
            const hasRun = (await disk.stat(`${scratch}/${STARTED_FILE}`)) !== undefined
            if (hasRun && ctx.timers.isActive('look')) say('RUNNING', REACHED)
            ctx.timers.cancelAll()
            if (killedFor === undefined) {
              say('EXITED', `Command exited with ${signal ?? `code ${code ?? 0}`}`, code)
            } else say('KILLED', killedFor)
            ctx.stop()
          }
        }
      },
      async (signal) => {
        if (signal.type !== 'PostStop') return
        child?.kill('SIGKILL')
        await child?.exited
        await disk.remove(scratch).catch(() => undefined)
      },
    )
  })
}

/** @throws TROUPE_PLATFORM_PROCESS_FAILED, TROUPE_PLATFORM_FILE_UNWRITABLE */
async function startProcess(
  { disk, processes }: Environment,
  place: WorkerPlace,
  { applicationId, executorId, cores, memoryMb, executor }: LaunchExecutor,
  scratch: string,
): Promise<ChildProcess> {
  const output = `${place.workDirectory}/${applicationId}/${executorId}`
  await disk.makeDirectory(output)
  await disk.makeDirectory(scratch)
  const settings = {
    ...executor,
    applicationId,
    executorId: String(executorId),
    cores,
    host: place.host,
  }
  return processes.start({
    ...executorProcess(settings, memoryMb, scratch),
    stdout: `${output}/stdout`,
    stderr: `${output}/stderr`,
  })
}
