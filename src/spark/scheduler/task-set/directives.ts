import type { Decision } from '../../../actors/index.ts'
import type { TaskSetEffect } from './events.ts'

/** What becomes of a task that has failed. */
export interface Answer {
  readonly directive: 'restart' | 'stop' | 'escalate'
  readonly reason: string
}

/** The answer that the effects of its failure amount to. */
export function directiveOf(effects: readonly TaskSetEffect[]): Answer {
  for (const { type, reason } of effects) {
    if (type === 'retry') return { directive: 'restart', reason }
    if (type === 'give-up' || type === 'fail-attempt') return { directive: 'stop', reason }
    if (type === 'escalate') return { directive: 'escalate', reason }
  }
  return { directive: 'stop', reason: 'another try of it runs, or its set launches nothing more' }
}

/** For that one task, at once. */
export function decision(directive: 'restart' | 'stop', reason: string): Decision {
  return { directive, scope: 'one', delayMs: 0, reason }
}
