import {
  taskSetState,
  taskSetTransition,
  type TaskSetEffect,
  type TaskSetEvent,
  type TaskSetSettings,
  type TaskSetState,
} from '../../../src/spark/scheduler/index.ts'

function wordOf(effect: TaskSetEffect): string {
  switch (effect.type) {
    case 'launch': {
      const twice = effect.isSpeculative ? ' again' : ''
      return `launch ${effect.task}.${effect.attempt} on ${effect.executorId}${twice}`
    }
    case 'refused':
      return `refused ${effect.stale}`
    case 'retry':
      return `retry ${effect.task} after ${effect.failures}`
    case 'kill':
    case 'drop':
      return `${effect.type} ${effect.task}.${effect.attempt}`
    case 'unschedulable':
      return `unschedulable ${effect.task} until ${effect.untilMs}`
    case 'schedulable':
      return effect.type
    case 'replace':
      return `replace ${effect.executorId}`
    case 'wait':
      return `wait until ${effect.untilMs}`
    case 'exclude':
      return effect.excluded.what === 'node'
        ? `exclude host ${effect.excluded.host}`
        : `exclude ${effect.excluded.executorId}`
    case 'accepted':
    case 'escalate':
    case 'give-up':
    case 'fail-attempt':
    case 'speculate':
      return `${effect.type} ${effect.task}`
  }
}

/** A task set with its effects as short words. Executor `a` is on host `a`, `a1` and `a2` are both on host `a`. */
export class Table {
  readonly state: TaskSetState
  effects: readonly TaskSetEffect[] = []
  nowMs = 0

  constructor(
    tasks: number,
    preferredHosts?: readonly (readonly string[])[],
    settings?: TaskSetSettings,
    isBarrier = false,
  ) {
    const partitions = Array.from({ length: tasks }, (_, i) => i)
    this.state = taskSetState({
      stageId: 0,
      stageAttempt: 0,
      partitions,
      isBarrier,
      ...(preferredHosts === undefined ? {} : { preferredHosts }),
      ...(settings === undefined ? {} : { settings }),
    })
  }

  step(event: TaskSetEvent): string[] {
    this.effects = taskSetTransition(this.state, event)[1]
    return this.effects.map(wordOf)
  }

  /** Offers `free` slots on each executor; there may be more executors, without a free one. */
  offer(
    executors: string | readonly string[],
    free = 1,
    count: number = executors.length,
  ): string[] {
    const slots = [...executors].map((id) => ({ executorId: id, host: hostOf(id), free }))
    const alive = new Map(slots.map(({ executorId, host }) => [executorId, host]))
    for (let i = alive.size; i < count; i += 1) alive.set(`other${i}`, `other${i}`)
    return this.step({ type: 'slots-offered', slots, alive, nowMs: this.nowMs })
  }

  /** Offers a slot of one executor, while others are there. */
  /** Offers no slot, while these executors are there, of which some run nothing. */
  offerNone(alive: readonly string[], idle: readonly string[]): string[] {
    const { nowMs } = this
    const hosts = new Map(alive.map((id) => [id, hostOf(id)]))
    return this.step({ type: 'slots-offered', slots: [], alive: hosts, idle, nowMs })
  }

  offerOf(executorId: string, ...others: readonly string[]): string[] {
    const alive = new Map([executorId, ...others].map((id) => [id, hostOf(id)]))
    const slots = [{ executorId, host: hostOf(executorId), free: 1 }]
    return this.step({ type: 'slots-offered', slots, alive, nowMs: this.nowMs })
  }

  fail(
    task: number,
    attempt: number,
    executorId: string,
    options: { isExecutorLost?: boolean; isHopeless?: boolean } = {},
  ): string[] {
    const error = new RangeError(`${task}.${attempt}`)
    const key = { task, attempt, executorId }
    return this.step({ type: 'task-failed', ...key, error, why: 'thrown', ...options })
  }

  succeed(task: number, attempt: number, executorId: string): string[] {
    const { nowMs } = this
    return this.step({ type: 'task-succeeded', task, attempt, executorId, nowMs, resultBytes: 0 })
  }
}

function hostOf(executorId: string): string {
  return executorId.slice(0, 1)
}
