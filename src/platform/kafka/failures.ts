import { eventsRefused, eventsUnanswered, eventsUnreachable } from '../event-log.ts'
import { isTroupeError, type TroupeError } from '../troupe-error.ts'

/** What a broker says of a request that it will never do. */
const REFUSALS: ReadonlySet<string> = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'INVALID_TOPIC_EXCEPTION',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_PARTITIONS',
  'INVALID_REPLICATION_FACTOR',
  'INVALID_CONFIG',
  'POLICY_VIOLATION',
  'OFFSET_OUT_OF_RANGE',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
])

/** Names of errors of the client that come before anything was sent. */
const BEFORE: ReadonlySet<string> = new Set([
  'KafkaJSBrokerNotFound',
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
])

/** What a client of Kafka has thrown, in the words of the port. */
export function kafkaFailure(error: unknown, topic: string, brokers: string): TroupeError {
  if (isTroupeError(error)) return error
  const found = chain(error)
  const reason = found.map(({ message }) => message).find((message) => message !== '') ?? 'unknown'
  for (const { type } of found) {
    if (type === undefined) continue
    if (REFUSALS.has(type)) return eventsRefused(topic, reason, error)
    if (type === 'NOT_ENOUGH_REPLICAS') return eventsUnreachable(brokers, reason, error)
  }
  const deepest = found.at(-1)
  // A connection that closes under way may have carried the request; one that was refused has not.
  if (deepest !== undefined && BEFORE.has(deepest.name) && !/closed|timeout/i.test(reason)) {
    return eventsUnreachable(brokers, reason, error)
  }
  return eventsUnanswered(brokers, reason, error)
}

interface Link {
  readonly name: string
  readonly message: string
  readonly type: string | undefined
}

/** An error, what it was made of, and so on: a retrier's error, then what it had retried. */
function chain(error: unknown): readonly Link[] {
  const links: Link[] = []
  let next = error
  while (typeof next === 'object' && next !== null && links.length < 5) {
    const { name, message, type, cause, errors } = next as Readonly<Record<string, unknown>>
    links.push({
      name: typeof name === 'string' ? name : '',
      message: typeof message === 'string' ? message : '',
      type: typeof type === 'string' ? type : undefined,
    })
    next = Array.isArray(errors) ? errors[0] : cause
  }
  return links
}
