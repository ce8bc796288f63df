import type { Stage } from '../../../actors/testkit/index.ts'
import { usageOf, type MasterState } from '../../../spark/deploy/master/index.ts'
import type { SparkEvent } from '../../../spark/index.ts'
import { EXECUTORS, MASTERS, WORKERS } from './house.ts'

/** What must hold in a cluster whose masters are elected. */
export function watchMasters(stage: Stage): void {
  watchLaunches(stage)
  watchWorkers(stage)
  stage.atRest('one master leads', () => leaderless(stage))
  stage.atRest('the master counts what runs', () => miscounted(stage))
}

/** What must hold whatever is launched. */
export function watchWorkers(stage: Stage): void {
  stage.always('no worker is given more than it has', () => overused(stage), { everyMs: 250 })
}

/** Stages run on executors of their resource profile only. */
export function watchExecutors(stage: Stage, events: readonly SparkEvent[]): void {
  const watch = new ProfileWatch()
  let seen = 0
  const look = (): string | undefined => {
    for (; seen < events.length; seen += 1) watch.hear(events[seen] as SparkEvent)
    return watch.violation
  }
  stage.always('tasks run on executors of their resource profile', look, { everyMs: 250 })
  stage.atRest(
    'stages of both kinds have run, on executors of their own',
    () => look() ?? watch.oneSided(),
  )
}

/** Which executor was started for which profile, and which stage wants which. */
class ProfileWatch {
  readonly #ofExecutor = new Map<string, number>()
  readonly #ofStage = new Map<number, number>()
  readonly #used = new Set<number>()
  violation: string | undefined

  hear(event: SparkEvent): void {
    switch (event.type) {
      case 'SparkListenerExecutorAdded':
        this.#ofExecutor.set(event.executorId, event.executorInfo.resourceProfileId ?? 0)
        return
      case 'SparkListenerStageSubmitted':
        this.#ofStage.set(event.stageInfo.stageId, event.stageInfo.resourceProfileId ?? 0)
        return
      case 'SparkListenerTaskStart': {
        const { executorId } = event.taskInfo
        const [has, wants] = [this.#ofExecutor.get(executorId), this.#ofStage.get(event.stageId)]
        if (wants !== undefined) this.#used.add(wants)
        if (has === wants || has === undefined) return
        this.violation = `a task of stage ${event.stageId}, of profile ${wants ?? '?'}, runs on executor ${executorId} of profile ${has}`
        return
      }
      default:
    }
  }

  oneSided(): string | undefined {
    return this.#used.size === 2 ? undefined : `${this.#used.size} profiles were used, and not 2`
  }
}

/** A master that follows another one has all that it had: whatever the one before launches then is nobody's. */
function watchLaunches(stage: Stage): void {
  let elected: string | undefined
  stage.onMessage((message, _recipient, node) => {
    if (!node.startsWith('master-')) return
    const { type, event } = (message ?? {}) as {
      readonly type?: unknown
      readonly event?: { readonly type?: unknown }
    }
    if (type === 'recovered') elected = node
    if (type !== 'deliver' || event?.type !== 'launch-executor' || elected === node) return
    stage.violated(
      'only the master that was elected last launches',
      `${node} launches an executor, and ${elected ?? 'nobody'} leads`,
    )
  })
}

/** The masters that lead, or believe it. */
function leaders(stage: Stage): readonly (readonly [name: string, state: MasterState])[] {
  return Object.keys(MASTERS).flatMap((name) => {
    const state = stage.stateOf(name, '/user/spark-master') as MasterState | undefined
    return state === undefined ? [] : [[name, state] as const]
  })
}

function overused(stage: Stage): string | undefined {
  for (const [name, state] of leaders(stage)) {
    const taken = usageOf(state)
    for (const { workerId, cores, memoryMb } of state.workers.values()) {
      const used = taken(workerId)
      if (used.cores > cores || used.memoryMb > memoryMb) {
        return `${name} has given out ${used.cores} cores and ${used.memoryMb} MB of ${workerId}, which has ${cores} and ${memoryMb}`
      }
    }
  }
  return undefined
}

function leaderless(stage: Stage): string | undefined {
  const all = leaders(stage)
  const [leader] = all
  if (leader === undefined || all.length > 1) return `${all.length} masters lead`
  const [name, { status, workers, applications }] = leader
  if (status !== 'ALIVE') return `${name} is ${status}`
  const alive = [...workers.values()].filter(
    ({ state, connection }) => state === 'ALIVE' && connection !== undefined,
  )
  if (alive.length !== Object.keys(WORKERS).length) return `${name} has ${alive.length} workers`
  const [application] = applications.values()
  if (application?.connection === undefined) return `${name} has no application`
  return undefined
}

/** What the leader gives to an application, and what runs on its workers' machines. */
function miscounted(stage: Stage): string | undefined {
  const [leader] = leaders(stage)
  const [application] = leader?.[1].applications.values() ?? []
  const counted = [...(application?.executors.values() ?? [])]
  const running = stage.world
    .nodes()
    .filter(({ name, isAlive }) => isAlive && name.startsWith(EXECUTORS))
  const onMachine = running.map(({ machine }) => machine).sort()
  if (new Set(onMachine).size !== onMachine.length || counted.length !== onMachine.length) {
    return `the master counts ${counted.length} executors, and ${onMachine.length} run, on ${onMachine.join(', ')}`
  }
  return counted.length === Object.keys(WORKERS).length
    ? undefined
    : `there are ${counted.length} executors, and room for more`
}
