import type { Clock, Log } from '../platform/index.ts'
import { SystemError } from './errors.ts'

/** The phases in their order, after Akka's coordinated shutdown. */
export const shutdownPhases = [
  'before-service-unbind',
  'service-unbind',
  'service-requests-done',
  'service-stop',
  'before-links-close',
  'links-close',
  'before-actors-stop',
  'actors-stop',
] as const

export type ShutdownPhase = (typeof shutdownPhases)[number]

interface Task {
  readonly name: string
  readonly run: () => Promise<void> | void
}

/** What came of one task. */
export interface ShutdownOutcome {
  readonly phase: ShutdownPhase
  readonly task: string
  readonly result: 'done' | 'failed' | 'timed-out'
  readonly error?: unknown
}

const DEFAULT_PHASE_TIMEOUT_MS = 5_000
const MAX_PHASE_TIMEOUT_MS = 2 ** 31 - 1

/**
 * The order in which a system goes down: phase after phase; the tasks of a phase at the same time, each
 * with the phase's time limit. A task that fails or runs out of time never holds up the next phase; it is logged.
 */
export class CoordinatedShutdown {
  readonly #clock: Clock
  readonly #log: Log
  readonly #tasks: Map<ShutdownPhase, Task[]> = new Map()
  readonly #timeouts: Map<ShutdownPhase, number> = new Map()
  readonly #stopActors: () => Promise<void>
  #running: Promise<readonly ShutdownOutcome[]> | undefined

  constructor(clock: Clock, log: Log, stopActors: () => Promise<void>) {
    this.#clock = clock
    this.#log = log
    this.#stopActors = stopActors
  }

  /** @throws TROUPE_SHUTDOWN_UNDER_WAY once the shutdown has begun; TROUPE_SHUTDOWN_OPTION_INVALID */
  addTask(phase: ShutdownPhase, name: string, run: () => Promise<void> | void): void {
    checkPhase(phase)
    if (this.#running !== undefined) {
      throw new SystemError(
        'TROUPE_SHUTDOWN_UNDER_WAY',
        `task '${name}' comes too late for phase '${phase}': the system is shutting down`,
        { data: { phase, task: name } },
      )
    }
    const tasks = this.#tasks.get(phase)
    if (tasks === undefined) this.#tasks.set(phase, [{ name, run }])
    else tasks.push({ name, run })
  }

  /** Sets how long the tasks of a phase may take, in ms; 5,000 by default. @throws TROUPE_SHUTDOWN_OPTION_INVALID */
  setPhaseTimeout(phase: ShutdownPhase, timeoutMs: number): void {
    checkPhase(phase)
    if (!(timeoutMs >= 0 && timeoutMs <= MAX_PHASE_TIMEOUT_MS)) {
      throw invalid('timeoutMs', timeoutMs, `0 to ${String(MAX_PHASE_TIMEOUT_MS)}`)
    }
    this.#timeouts.set(phase, timeoutMs)
  }

  /** Runs all phases, once; later calls get the same outcome. Never rejects. */
  run(): Promise<readonly ShutdownOutcome[]> {
    return (this.#running ??= this.#runAll())
  }

  async #runAll(): Promise<readonly ShutdownOutcome[]> {
    const outcomes: ShutdownOutcome[] = []
    for (const phase of shutdownPhases) {
      const tasks = this.#tasks.get(phase) ?? []
      const ended = await Promise.all(tasks.map((task) => this.#runTask(phase, task)))
      for (const { task, result, error } of ended) {
        if (result === 'done') continue
        const how = result === 'failed' ? 'has failed' : 'took too long and was left behind'
        const fields = result === 'failed' ? { error } : {}
        this.#log.write('warn', `shutdown task '${task}' of phase ${phase} ${how}`, fields)
      }
      outcomes.push(...ended)
    }
    await this.#stopActors()
    return outcomes
  }

  #runTask(phase: ShutdownPhase, task: Task): Promise<ShutdownOutcome> {
    const limitMs = this.#timeouts.get(phase) ?? DEFAULT_PHASE_TIMEOUT_MS
    return new Promise((resolve) => {
      const timer = this.#clock.setTimer(limitMs, () => {
        resolve({ phase, task: task.name, result: 'timed-out' })
      })
      const finish = (outcome: ShutdownOutcome): void => {
        timer.cancel()
        resolve(outcome)
      }
      Promise.resolve()
        .then(task.run)
        .then(
          () => {
            finish({ phase, task: task.name, result: 'done' })
          },
          (error: unknown) => {
            finish({ phase, task: task.name, result: 'failed', error })
          },
        )
    })
  }
}

function checkPhase(phase: ShutdownPhase): void {
  if (!shutdownPhases.includes(phase)) throw invalid('phase', phase, shutdownPhases.join(', '))
}

function invalid(option: string, value: string | number, takes: string): SystemError {
  return new SystemError(
    'TROUPE_SHUTDOWN_OPTION_INVALID',
    `${option} of the coordinated shutdown is ${String(value)}: it takes ${takes}`,
    { data: { option, value } },
  )
}
