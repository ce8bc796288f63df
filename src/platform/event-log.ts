import { PlatformError } from './errors.ts'

/** An event to be logged. */
export interface NewEvent {
  /** Events of one key are in one partition, in order. Without a key they are spread evenly. */
  readonly key?: string
  readonly value: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** An event as the log has it. */
export interface LoggedEvent {
  /** Counts up in its partition, from 0; there may be gaps. */
  readonly offset: number
  /** When the log took it, in Unix time; never less than that of an event before it, in topics that `makeTopic` has made. */
  readonly timeMs: number
  readonly key: string | undefined
  readonly value: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

export interface EventPosition {
  readonly partition: number
  readonly offset: number
}

/** Events of a partition that are still there: from `first` on, below `next`. */
export interface PartitionBounds {
  readonly first: number
  readonly next: number
}

/** Part of a partition: from `from` on, below `until`. */
export interface EventRange {
  readonly partition: number
  readonly from: number
  readonly until: number
}

/** Events of a partition that follow one another, at least one. */
export interface EventBatch {
  readonly partition: number
  readonly events: readonly LoggedEvent[]
}

export interface EventReader {
  /** The next batch, in the order of offsets within a partition; undefined when all ranges were read. */
  next(): Promise<EventBatch | undefined>
  /** Gives up early, or ends it; may be called more than once. */
  close(): Promise<void>
}

export interface TopicOptions {
  /** Default 1. */
  readonly partitions?: number
  /** How many brokers have each event; no more than there are. Default 1. */
  readonly replicas?: number
}

/**
 * Events in topics, each of some partitions. Every failure is one of
 * TROUPE_PLATFORM_EVENTS_REFUSED (it will never do: no such topic, an event too large),
 * TROUPE_PLATFORM_EVENTS_UNREACHABLE (nothing was done: try again later) and
 * TROUPE_PLATFORM_EVENTS_UNANSWERED (whether it was done is unknown).
 */
export interface EventLog {
  /** Makes a topic unless it is there; whether it was made. */
  makeTopic(topic: string, options?: TopicOptions): Promise<boolean>
  /**
   * Logs events: once it has resolved, each is durable on all replicas that are in sync, and where is told in their order. Those of one call and
   * key keep their order, and so do calls that wait for each other. Calls at the same time go together.
   */
  append(topic: string, events: readonly NewEvent[]): Promise<readonly EventPosition[]>
  /** By partition. */
  bounds(topic: string): Promise<readonly PartitionBounds[]>
  /** By partition: the first event that was logged at that Unix time or later, or where the next one will be. */
  offsetsAt(topic: string, unixMs: number): Promise<readonly number[]>
  /** Reads ranges, all of which have been logged. Asks nothing before the first `next`. */
  read(topic: string, ranges: readonly EventRange[]): EventReader
  close(): Promise<void>
}

/** Which log it is. Plain data. */
export type EventLogSettings =
  | {
      readonly type: 'embedded'
      /** Where it is kept. */
      readonly directory: string
    }
  | {
      readonly type: 'kafka'
      /** Some brokers of the cluster, as `host:port`. */
      readonly brokers: readonly string[]
      /** What brokers see in their logs. Default `troupe`. */
      readonly clientId?: string
      /** What is not answered within it fails. Default 10,000. */
      readonly timeoutMs?: number
    }

export interface EventLogs {
  /** @throws as all methods of {@link EventLog} do; TROUPE_PLATFORM_STORE_FAILED for an embedded one */
  open(settings: EventLogSettings): Promise<EventLog>
}

export function eventsRefused(topic: string, reason: string, cause?: unknown): PlatformError {
  return new PlatformError(
    'TROUPE_PLATFORM_EVENTS_REFUSED',
    `The event log does not take this for topic ${topic} (${reason}): change what is asked for, the same again is refused again.`,
    { cause, data: { topic, reason } },
  )
}

export function eventsUnreachable(where: string, reason: string, cause?: unknown): PlatformError {
  return new PlatformError(
    'TROUPE_PLATFORM_EVENTS_UNREACHABLE',
    `The event log at ${where} can't be reached (${reason}), nothing was done: see that it runs, and try again.`,
    { cause, data: { where, reason } },
  )
}

export function eventsUnanswered(where: string, reason: string, cause?: unknown): PlatformError {
  return new PlatformError(
    'TROUPE_PLATFORM_EVENTS_UNANSWERED',
    `The event log at ${where} has not answered (${reason}), what was asked for may have been done: ask again, for events that may stand there twice.`,
    { cause, data: { where, reason } },
  )
}
