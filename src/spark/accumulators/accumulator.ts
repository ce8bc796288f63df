/** What makes an accumulator known to its application. */
export interface AccumulatorIdentity {
  readonly id: number
  /** Named ones are shown with their stages. */
  readonly name: string | undefined
}

const identities = new WeakMap<object, AccumulatorIdentity>()

/**
 * A value that tasks add to and the driver reads. To make one of your own, subclass it and register an instance by
 * `sc.register`; then functions may capture it.
 *
 * A task works on a copy of its own, which begins as zero. The driver merges it when the task has succeeded: of a result
 * stage exactly once a partition, of a stage that writes a shuffle once each time that it is computed.
 *
 * It travels as its class and its fields, so keep what it holds in fields that are not `#private` and are plain data, and let
 * the constructor do without arguments.
 *
 * @see AccumulatorV2.scala in Spark
 */
export abstract class AccumulatorV2<In, Out> {
  /** Whether nothing was added. */
  abstract isZero(): boolean
  /** Another one with the same content. */
  abstract copy(): AccumulatorV2<In, Out>
  /** Forgets what was added. */
  abstract reset(): void
  abstract add(value: In): void
  /** Adds all that was added to `other`, which is of the same class. */
  abstract merge(other: AccumulatorV2<In, Out>): void
  abstract get value(): Out

  /** Undefined as long as it is not registered. */
  get id(): number | undefined {
    return identities.get(this)?.id
  }

  get name(): string | undefined {
    return identities.get(this)?.name
  }

  isRegistered(): boolean {
    return identities.has(this)
  }
}

/** Any accumulator. */
export type AnyAccumulator = AccumulatorV2<never, unknown>

/** Makes an accumulator known by a number. */
export function identify(accumulator: AnyAccumulator, identity: AccumulatorIdentity): void {
  identities.set(accumulator, identity)
}
