import type { AnyRef } from './actor-ref.ts'
import type { DropReason } from './ledger.ts'
import type { TerminationReason } from './signals.ts'
import type { Directive, DirectiveScope } from './supervisor.ts'
import { watchTargetOf } from './watching.ts'

/** A message that was not delivered. */
export interface DeadLetter {
  readonly type: 'DeadLetter'
  readonly message: unknown
  readonly recipient: string
  readonly reason: DropReason
}

/** A child has failed, and what its parent answered. */
export interface ChildFailed {
  readonly type: 'ChildFailed'
  readonly path: string
  readonly error: unknown
  readonly directive: Directive
  readonly scope: DirectiveScope
  readonly delayMs: number
  readonly reason: string
}

/** A failure that no directive can help any more: while stopping, in a signal, in a strategy. */
export interface FailureIgnored {
  readonly type: 'FailureIgnored'
  readonly path: string
  readonly error: unknown
}

/** An actor's handler did not come back within its time to stop; the actor was given up. */
export interface ActorAbandoned {
  readonly type: 'ActorAbandoned'
  readonly path: string
  readonly afterMs: number
}

/** A supervisor (see `src/supervision`) has started a child, or one has ended for good. */
export interface SupervisorReport {
  readonly type: 'SupervisorReport'
  readonly supervisor: string
  /** The id of the child's spec. */
  readonly child: string
  readonly path: string
  readonly event: 'started' | TerminationReason
}

/** A link to another node or thread came up, broke, or was given up. */
export interface NodeEvent {
  readonly type: 'NodeUp' | 'NodeUnreachable' | 'NodeReachable' | 'NodeLost'
  readonly node: string
  readonly reason: string
}

export type SystemEvent =
  DeadLetter | ChildFailed | FailureIgnored | ActorAbandoned | SupervisorReport | NodeEvent

export type EventOf<T extends SystemEvent['type']> = Extract<SystemEvent, { readonly type: T }>

/** What happens in a system, for whoever subscribes. Publishing without subscribers costs nothing. */
export class EventStream {
  readonly #listeners: Map<string, Set<(event: never) => void>> = new Map()
  readonly #onListenerFailed: (error: unknown, event: SystemEvent) => void
  /** The event whose listeners are on the stack. */
  publishing: SystemEvent | undefined

  constructor(onListenerFailed: (error: unknown, event: SystemEvent) => void) {
    this.#onListenerFailed = onListenerFailed
  }

  /**
   * Calls `listener` (or tells the ref, until its actor terminates) for each event of a type; returns the way
   * to stop that.
   */
  subscribe<T extends SystemEvent['type']>(
    type: T,
    listener: ((event: EventOf<T>) => void) | (AnyRef & { tell(event: EventOf<T>): void }),
  ): () => void {
    const call =
      typeof listener === 'function'
        ? listener
        : (event: EventOf<T>): void => {
            listener.tell(event)
          }
    let listeners = this.#listeners.get(type)
    if (listeners === undefined) {
      listeners = new Set()
      this.#listeners.set(type, listeners)
    }
    listeners.add(call)
    const end = (): void => {
      listeners.delete(call)
    }
    if (typeof listener === 'function') return end
    const target = watchTargetOf(listener)
    target.addWatcher(call, { terminated: end })
    return () => {
      end()
      target.removeWatcher(call)
    }
  }

  wants(type: SystemEvent['type']): boolean {
    return (this.#listeners.get(type)?.size ?? 0) > 0
  }

  publish(event: SystemEvent): void {
    const outer = this.publishing
    // Who subscribes while this event is published hears of the next one.
    const listeners = this.#listeners.get(event.type)
    for (const listener of [...(listeners ?? [])]) {
      if (listeners?.has(listener) !== true) continue
      this.publishing = event
      try {
        listener(event as never)
      } catch (error) {
        // The publisher is the runtime itself: it goes on.
        this.#onListenerFailed(error, event)
      }
    }
    this.publishing = outer
  }
}
