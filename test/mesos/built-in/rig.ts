import { stepCommand, type CommandOccurrence } from '../../../src/mesos/built-in/command-step.ts'
import { stepDefault, type DefaultOccurrence } from '../../../src/mesos/built-in/default-step.ts'
import type { BuiltInEffect } from '../../../src/mesos/built-in/actor.ts'
import { PersistentMap } from '../../../src/mesos/persistent-map.ts'
import type { FrameworkInfo, TaskInfo } from '../../../src/mesos/index.ts'

export const framework: FrameworkInfo = { user: 'u', name: 'f' }
/** One that hears of TASK_KILLING. */
export const knowing: FrameworkInfo = {
  ...framework,
  capabilities: [{ type: 'TASK_KILLING_STATE' }],
}

export const seconds = (count: number): { readonly nanoseconds: number } => ({
  nanoseconds: count * 1e9,
})

export function task(id: string, more: Partial<TaskInfo> = {}): TaskInfo {
  return {
    name: id,
    task_id: { value: id },
    agent_id: { value: 'S' },
    resources: [],
    command: { value: 'run' },
    ...more,
  }
}

/** An effect as one line. */
function sayEffect(effect: BuiltInEffect): string {
  switch (effect.type) {
    case 'update': {
      const { state, reason, message, healthy, check_status } = effect.status
      const parts = [
        effect.taskId,
        state,
        reason,
        message,
        healthy === undefined ? undefined : healthy ? 'healthy' : 'unhealthy',
        check_status === undefined ? undefined : JSON.stringify(check_status),
      ]
      return parts.filter((part) => part !== undefined).join(' ')
    }
    case 'signal':
      return `${effect.signal} ${effect.taskId}`
    case 'start-timer':
      return `${effect.key} in ${effect.afterMs}`
    case 'cancel-timer':
      return `no ${effect.key}`
    case 'stop':
      return 'stop'
    case 'launch':
    case 'note-kill':
    case 'start-checks':
    case 'stop-checks':
      return `${effect.type} ${effect.taskId}`
  }
}

/** What a command executor does upon each of these, at `at` ms, one line an effect. */
export function playCommand(
  occurrences: readonly (CommandOccurrence & { readonly at?: number })[],
  info: FrameworkInfo = framework,
): readonly (readonly string[])[] {
  let state: Parameters<typeof stepCommand>[0] = {
    framework: info,
    shutdownGraceMs: 5000,
    life: undefined,
    over: undefined,
  }
  return occurrences.map(({ at = 0, ...occurrence }) => {
    const [next, effects] = stepCommand(state, occurrence, at)
    state = next
    return effects.map(sayEffect).filter((line) => !line.startsWith('no '))
  })
}

/** The same of a default executor. */
export function playDefault(
  occurrences: readonly (DefaultOccurrence & { readonly at?: number })[],
  info: FrameworkInfo = framework,
): readonly (readonly string[])[] {
  let state: Parameters<typeof stepDefault>[0] = {
    framework: info,
    tasks: PersistentMap.empty(),
    isShuttingDown: false,
  }
  return occurrences.map(({ at = 0, ...occurrence }) => {
    const [next, effects] = stepDefault(state, occurrence, at)
    state = next
    return effects.map(sayEffect).filter((line) => !line.startsWith('no '))
  })
}
