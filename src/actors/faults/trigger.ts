import type { SystemEvent } from '../event-stream.ts'
import { systemsOf } from './actor-effects.ts'
import type { FaultTrigger, MessageMatch } from './fault.ts'
import type { Rim } from './targets.ts'

export interface MessageWatch {
  readonly match: MessageMatch
  /** Called for each message that fits, with the node where it is told. */
  readonly onMessage: (node: string) => void
}

export interface Armed {
  /** Within the message that triggers it; else in a turn of its own, since its effect may be on whoever sends. */
  readonly isPrompt: boolean
  readonly start: () => void
  readonly watch: (watch: MessageWatch) => () => void
}

/** Calls `start` once, when the trigger says; returns the way to take that back. @throws TROUPE_FAULT_NO_TARGET */
export function armTrigger(
  trigger: FaultTrigger,
  rim: Rim,
  { isPrompt, start, watch }: Armed,
): () => void {
  if ('afterMs' in trigger) {
    const timer = rim.clock.setTimer(trigger.afterMs, start)
    return () => {
      timer.cancel()
    }
  }
  const { nth = 1 } = trigger
  let seen = 0
  let isArmed = true
  const count = (node: string): void => {
    seen++
    if (seen !== nth) return
    if (isPrompt) start()
    else {
      rim.systems.get(node)?.environment.turns.microtask(() => {
        if (isArmed) start()
      })
    }
  }
  const stops =
    'event' in trigger
      ? [...rim.systems]
          .filter(([node]) => trigger.node === undefined || trigger.node === node)
          .map(([node, system]) =>
            system.eventStream.subscribe(trigger.event as SystemEvent['type'], () => {
              count(node)
            }),
          )
      : [watch({ match: trigger, onMessage: count })]
  if (stops.length === 0) systemsOf(rim, trigger.node)
  return () => {
    isArmed = false
    for (const stop of stops) stop()
  }
}
