import {
  receive,
  setup,
  type ActorRef,
  type Behavior,
  type SupervisorStrategy,
} from '../../../actors/index.ts'
import {
  typeScriptLoaderUrl,
  type ChildProcess,
  type Environment,
  type ProcessExit,
} from '../../../platform/index.ts'
import { oneForOne } from '../../../supervision/index.ts'
import { submittedVariables } from '../../context/index.ts'
import { SparkError } from '../../errors.ts'
import type { DriverState } from '../protocol/index.ts'
import type { KillProcess, LaunchDriver, RunnerNotice, WorkerPlace } from './protocol.ts'

/** What one run of the program tells its keeper. */
type RunNotice =
  | { readonly type: 'run-stopped' }
  | { readonly type: 'run-ended'; readonly exit: ProcessExit }
  | { readonly type: 'run-failed'; readonly message: string }

/** A supervised program that fails is run again after 1 s, 2 s, 4 s …, at most ten minutes; after a run of 5 s after 1 s again. */
const AGAIN: SupervisorStrategy = oneForOne({
  maxRestarts: 2 ** 16,
  periodMs: 2 ** 31 - 1,
  backoff: { minMs: 1_000, maxMs: 600_000, factor: 2, jitterRatio: 0, resetAfterMs: 5_000 },
})

const ONCE: SupervisorStrategy = oneForOne({ directive: 'stop' })

/** How {@link driverRunner} supervises its run. */
export function driverSupervision({ driver }: LaunchDriver): SupervisorStrategy {
  return driver.isSupervised ? AGAIN : ONCE
}

/**
 * Keeps one driver: each run of its program is a child, which fails with the program. To run it again is its supervision's matter
 * ({@link driverSupervision}); the worker is told when it is over.
 *
 * @see DriverRunner.scala of Spark
 */
export function driverRunner(
  place: WorkerPlace,
  launch: LaunchDriver,
  worker: ActorRef<RunnerNotice>,
): Behavior<KillProcess> {
  const { driverId, driver } = launch
  return setup<KillProcess | RunNotice>((ctx) => {
    let isKilled = false
    const over = (state: DriverState, message?: string): void => {
      worker.tell({ type: 'driver-over', driverId, state, message })
      ctx.stop()
    }
    const shutdownMs = place.driverTerminateMs + 2_000
    const run = ctx.spawn(driverRun(place, launch, ctx.self), 'run', { shutdownMs })
    return receive<KillProcess | RunNotice>((message) => {
      switch (message.type) {
        case 'kill-process':
          if (isKilled) return
          isKilled = true
          ctx.pipeToSelf(ctx.stop(run), () => ({ type: 'run-stopped' }))
          return
        case 'run-stopped':
          over('KILLED')
          return
        case 'run-failed':
          // It can't even be started: no other try would mend that.
          over('ERROR', message.message)
          return
        case 'run-ended': {
          const { code, signal } = message.exit
          const how = `Command exited with ${signal ?? `status ${code ?? 0}`}`
          ctx.log.write('info', `driver ${driverId}: ${how}`)
          if (isKilled) return
          if (code === 0) over('FINISHED')
          else if (!driver.isSupervised) {
            over('FAILED', `${how}; see stderr in ${outputOf(place, driverId)}`)
          }
        }
      }
    })
  })
}

/** One run after the other of a driver's program: a failed one fails the actor. */
function driverRun(
  place: WorkerPlace,
  launch: LaunchDriver,
  keeper: ActorRef<RunNotice>,
): Behavior<never> {
  const { driverId } = launch
  return setup<RunNotice>(async (ctx) => {
    const { clock } = ctx.environment
    let child: ChildProcess | undefined
    try {
      child = await startDriver(ctx.environment, place, launch)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      keeper.tell({ type: 'run-failed', message })
      return receive<RunNotice>(() => {})
    }
    const running = child
    ctx.pipeToSelf(running.exited, (exit) => ({
      type: 'run-ended',
      exit: exit ?? { code: undefined, signal: undefined },
    }))
    return receive<RunNotice>(
      (message) => {
        if (message.type !== 'run-ended') return
        keeper.tell(message)
        const { code, signal } = message.exit
        if (code === 0) return
        throw new SparkError(
          'TROUPE_SPARK_DRIVER_FAILED',
          `Driver ${driverId} has ended with ${signal ?? `status ${code ?? 0}`}; see stderr in ${outputOf(place, driverId)}`,
          { data: { driverId, code, signal } },
        )
      },
      async (signal) => {
        if (signal.type !== 'PostStop') return
        // Its context is to stop, so that nothing stays behind.
        running.kill('SIGTERM')
        const timer = clock.setTimer(place.driverTerminateMs, () => {
          running.kill('SIGKILL')
        })
        await running.exited
        timer.cancel()
      },
    )
  })
}

function outputOf(place: WorkerPlace, driverId: string): string {
  return `${place.workDirectory}/${driverId}`
}

/** @throws TROUPE_PLATFORM_PROCESS_FAILED, TROUPE_PLATFORM_FILE_UNWRITABLE, TROUPE_SPARK_DRIVER_FAILED */
async function startDriver(
  { disk, processes }: Environment,
  place: WorkerPlace,
  { driverId, driver }: LaunchDriver,
): Promise<ChildProcess> {
  const { program, args, conf, memoryMb } = driver
  const output = outputOf(place, driverId)
  if ((await disk.stat(program)) === undefined) {
    throw new SparkError(
      'TROUPE_SPARK_DRIVER_FAILED',
      `There is no program ${program} on the worker: with deploy mode cluster it must be where every worker finds it`,
      { data: { driverId, program } },
    )
  }
  await disk.makeDirectory(output)
  return processes.start({
    command: program,
    args,
    node: true,
    nodeArgs: [`--max-old-space-size=${memoryMb}`, '--import', typeScriptLoaderUrl],
    environment: submittedVariables({ ...conf, 'spark.driver.host': place.host }),
    directory: output,
    stdout: `${output}/stdout`,
    stderr: `${output}/stderr`,
    detached: true,
    tethered: true,
  })
}
