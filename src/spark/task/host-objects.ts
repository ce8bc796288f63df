import {
  AccumulatorV2,
  packAccumulator,
  reviveAccumulator,
  type AnyAccumulator,
} from '../accumulators/index.ts'
import { packBroadcast, reviveBroadcast, type RevivedBroadcast } from '../broadcast/index.ts'
import { SparkError } from '../errors.ts'
import { BaseRDD } from '../rdd/index.ts'
import type { InstanceRefusal, StandIn } from '../closure/index.ts'

const ACCUMULATOR = 'accumulator'
const BROADCAST = 'broadcast'

/** What travels in the place of the driver's own objects. */
export function standInFor(value: object): StandIn | undefined {
  const broadcast = packBroadcast(value)
  if (broadcast !== undefined) return { name: BROADCAST, data: broadcast }
  const data = packAccumulator(value)
  return data === undefined ? undefined : { name: ACCUMULATOR, data }
}

/** The driver's own objects as the tasks of one stage have them. */
export class RevivedObjects {
  /** Those that the stage's functions have captured. */
  readonly accumulators: AnyAccumulator[] = []
  readonly broadcasts: RevivedBroadcast[] = []

  /** Bound. Makes again what {@link standInFor} has sent. */
  readonly revive = (name: string, data: unknown): unknown => {
    if (name === ACCUMULATOR) {
      const accumulator = reviveAccumulator(data)
      this.accumulators.push(accumulator)
      return accumulator
    }
    if (name === BROADCAST) {
      const { broadcast, revived } = reviveBroadcast(data)
      this.broadcasts.push(revived)
      return broadcast
    }
    throw new SparkError(
      'TROUPE_SPARK_OPERATOR_UNKNOWN',
      `No object of the driver is known as ${JSON.stringify(name)}; both sides need the same version of Troupe`,
      { data: { name } },
    )
  }
}

/** Driver objects that have no stand-in: a codec is no way out for them. */
export function refuseDriverObject(value: object): InstanceRefusal | undefined {
  if (value instanceof BaseRDD) {
    return {
      is: `is RDD ${value.id}, which lives on the driver only`,
      wayOut: 'Collect what is needed first (await rdd.collect()) and capture the plain rows',
    }
  }
  if (value instanceof AccumulatorV2) {
    return {
      is: 'is an accumulator that no context knows',
      wayOut: 'Register it first: sc.register(accumulator)',
    }
  }
  if ('runJob' in value && 'newShuffleId' in value) {
    return {
      is: 'is the context, which lives on the driver only',
      wayOut: 'Take what is needed of it into a constant before the function',
    }
  }
  return undefined
}
