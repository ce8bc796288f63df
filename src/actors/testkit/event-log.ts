import type { EventOf, EventStream, SystemEvent } from '../event-stream.ts'

/** Collects events of a system in their order. */
export class EventLog {
  #events: SystemEvent[] = []

  constructor(stream: EventStream, types: readonly SystemEvent['type'][]) {
    for (const type of types) {
      stream.subscribe(type, (event) => {
        this.#events.push(event)
      })
    }
  }

  /** All events since the start or the last `clear`, oldest first. */
  get all(): readonly SystemEvent[] {
    return this.#events
  }

  of<T extends SystemEvent['type']>(type: T): readonly EventOf<T>[] {
    return this.#events.filter((event): event is EventOf<T> => event.type === type)
  }

  clear(): void {
    this.#events = []
  }
}

/** Every type of event a system publishes. */
export const allEventTypes: readonly SystemEvent['type'][] = [
  'DeadLetter',
  'ChildFailed',
  'FailureIgnored',
  'ActorAbandoned',
  'SupervisorReport',
  'NodeUp',
  'NodeUnreachable',
  'NodeReachable',
  'NodeLost',
]
