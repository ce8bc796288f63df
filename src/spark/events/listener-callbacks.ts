import type { SparkListenerEvent } from './listener-events.ts'
import type { EngineEvent, SparkEvent, SparkListener } from './spark-events.ts'

type NameOf<Type extends string> = Type extends `SparkListener${infer Name}` ? `on${Name}` : never

/**
 * A listener as Spark has it: a method for each of Spark's events it wants, `onJobStart`, `onTaskEnd` and so on; `onOtherEvent` gets the engine's
 * own. What a method throws is logged and changes nothing.
 *
 * @see SparkListenerInterface in Spark
 */
export type SparkListenerCallbacks = {
  [Event in SparkListenerEvent as NameOf<Event['type']>]?: (event: Event) => void
} & { onOtherEvent?: (event: EngineEvent) => void }

const PREFIX = 'SparkListener'

/** The listener that calls the methods of `callbacks`. */
export function listenerOf(callbacks: SparkListenerCallbacks): SparkListener {
  const methods = callbacks as Readonly<Record<string, ((event: SparkEvent) => void) | undefined>>
  return (event) => {
    const { type } = event
    const name = type.startsWith(PREFIX) ? `on${type.slice(PREFIX.length)}` : 'onOtherEvent'
    methods[name]?.call(callbacks, event)
  }
}
