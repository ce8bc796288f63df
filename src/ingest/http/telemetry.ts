import type { Metric, MetricValue } from '../../actors/index.ts'
import type { Intake } from '../intake.ts'
import type { Rim } from '../rim/index.ts'

/** Upper bounds of the buckets of answering times, seconds. */
const BUCKETS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

interface Times {
  readonly buckets: number[]
  sum: number
  count: number
}

/** What the service counts of itself, for Prometheus. */
export class Telemetry {
  /** Route, then status → requests. */
  readonly #requests: Map<string, Map<number, number>> = new Map()
  readonly #times: Map<string, Times> = new Map()
  invalidEvents = 0

  /** @param route one of the few that there are, never a path that a client has made up */
  answered(route: string, status: number, seconds: number): void {
    const statuses = this.#requests.get(route) ?? new Map<number, number>()
    this.#requests.set(route, statuses)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    const times = this.#times.get(route) ?? { buckets: BUCKETS.map(() => 0), sum: 0, count: 0 }
    this.#times.set(route, times)
    const bucket = BUCKETS.findIndex((bound) => seconds <= bound)
    if (bucket >= 0) times.buckets[bucket] = (times.buckets[bucket] ?? 0) + 1
    times.sum += seconds
    times.count += 1
  }

  metrics(intake: Intake, rim: Rim): readonly Metric[] {
    const { stored, refused, unavailable, deadLetters } = intake.counts
    const results = { stored, refused, unavailable, invalid: this.invalidEvents }
    const perConnection = (
      pick: (state: Rim['actors'][number]['state']) => number,
    ): MetricValue[] =>
      rim.actors.map(({ name, state }, i) => ({
        labels: { connection: name.replace('the ', ''), number: String(Math.max(0, i - 1)) },
        value: pick(state),
      }))
    return [
      counter(
        'troupe_ingest_requests_total',
        'Requests by route and status of the answer.',
        [...this.#requests].flatMap(([route, statuses]) =>
          [...statuses].map(([status, value]) => ({
            labels: { route, status: String(status) },
            value,
          })),
        ),
      ),
      {
        name: 'troupe_ingest_request_duration_seconds',
        type: 'histogram',
        help: 'From the whole request to its answer.',
        values: [...this.#times].flatMap(([route, times]) => histogram(route, times)),
      },
      counter(
        'troupe_ingest_events_total',
        'Events by what became of them.',
        Object.entries(results).map(([result, value]) => ({ labels: { result }, value })),
      ),
      counter('troupe_ingest_dead_letters_total', 'Events in the topic of dead letters.', [
        { labels: {}, value: deadLetters },
      ]),
      gauge('troupe_ingest_events_waiting', 'Events that are being taken in.', [
        { labels: {}, value: intake.waiting },
      ]),
      gauge(
        'troupe_ingest_connection_up',
        'Whether the connection stands.',
        perConnection(({ isUp }) => (isUp ? 1 : 0)),
      ),
      counter(
        'troupe_ingest_connection_failures_total',
        'Times that it was lost, or could not be made.',
        perConnection(({ failures }) => failures),
      ),
      counter(
        'troupe_ingest_orders_expired_total',
        'Orders whose time was over before they were begun.',
        perConnection(({ expired }) => expired),
      ),
    ]
  }
}

function histogram(route: string, { buckets, sum, count }: Times): MetricValue[] {
  let below = 0
  const values: MetricValue[] = BUCKETS.map((bound, i) => {
    below += buckets[i] ?? 0
    return { part: 'bucket', labels: { route, le: String(bound) }, value: below }
  })
  return [
    ...values,
    { part: 'bucket', labels: { route, le: '+Inf' }, value: count },
    { part: 'sum', labels: { route }, value: sum },
    { part: 'count', labels: { route }, value: count },
  ]
}

function counter(name: string, help: string, values: readonly MetricValue[]): Metric {
  return { name, type: 'counter', help, values }
}

function gauge(name: string, help: string, values: readonly MetricValue[]): Metric {
  return { name, type: 'gauge', help, values }
}
