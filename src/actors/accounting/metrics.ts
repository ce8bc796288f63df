import type { LedgerReport } from './ledger-report.ts'

/** One value of a metric. */
export interface MetricValue {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  /** Of a histogram: which of its numbers it is. A bucket's label `le` is its upper bound. */
  readonly part?: 'bucket' | 'sum' | 'count'
}

/** A metric with its values. A counter's name ends in `_total`, as in Prometheus. */
export interface Metric {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly values: readonly MetricValue[]
}

/** A system's ledger, links and decisions as metrics. */
export function metricsOf(report: LedgerReport): readonly Metric[] {
  return [...messageMetrics(report), ...linkMetrics(report), ...systemMetrics(report)]
}

function messageMetrics({ system, ledger, types, samples: _ }: LedgerReport): readonly Metric[] {
  const fates: readonly (readonly [string, number])[] = [
    ['handled', ledger.handled],
    ['failed', ledger.failed],
    ['forwarded', ledger.forwarded],
    ...Object.entries(ledger.dropped),
  ]
  const typed = Object.entries(types).filter(([fate]) => fate !== 'stashed' && fate !== 'inFlight')
  return [
    counter('troupe_messages_sent_total', 'Messages sent within the system.', [
      { labels: { system }, value: ledger.sent },
    ]),
    counter(
      'troupe_messages_total',
      'Messages by their fate; forwarded ones were handed to a link, others were dropped for the reason named.',
      fates.map(([fate, value]) => ({ labels: { system, fate }, value })),
    ),
    counter(
      'troupe_messages_by_type_total',
      'Messages by fate and type; handled and forwarded ones only where that is switched on.',
      typed.flatMap(([fate, counts]) =>
        Object.entries(counts).map(([type, value]) => ({ labels: { system, fate, type }, value })),
      ),
    ),
    gauge('troupe_messages_in_flight', 'Messages that wait in mailboxes or are at work.', [
      { labels: { system }, value: ledger.inFlight },
    ]),
    gauge('troupe_messages_stashed', 'Messages put off by their actors.', [
      { labels: { system }, value: ledger.stashed },
    ]),
  ]
}

function linkMetrics({ system, links }: LedgerReport): readonly Metric[] {
  const of = (peer: string, node: string): Readonly<Record<string, string>> => ({
    system,
    peer,
    node,
  })
  const perLink = (
    pick: (link: LedgerReport['links'][number]) => Readonly<Record<string, number>>,
  ): readonly MetricValue[] =>
    links.flatMap((link) =>
      Object.entries(pick(link)).map(([fate, value]) => ({
        labels: { ...of(link.peer, link.node), fate },
        value,
      })),
    )
  return [
    counter(
      'troupe_link_messages_sent_total',
      'Messages given to a connection of a link.',
      links.map(({ peer, node, counts }) => ({ labels: of(peer, node), value: counts.sent })),
    ),
    gauge(
      'troupe_link_messages',
      'What became of the messages of a link: sent = acknowledged + lost + unknown + on_their_way; the others were not sent.',
      perLink(({ counts, lost, unknown, onTheirWay }) => ({
        acknowledged: counts.acknowledged,
        lost,
        unknown,
        on_their_way: onTheirWay,
        queued: counts.queued,
        refused: counts.refused,
        dropped: counts.dropped,
      })),
    ),
    counter(
      'troupe_link_messages_received_total',
      'Messages that came over a link.',
      links.map(({ peer, node, counts }) => ({ labels: of(peer, node), value: counts.received })),
    ),
    gauge(
      'troupe_link_up',
      'Whether a connection of the link stands.',
      links.map(({ peer, node, state }) => ({
        labels: of(peer, node),
        value: state === 'up' ? 1 : 0,
      })),
    ),
  ]
}

function systemMetrics({ system, actors, decisions }: LedgerReport): readonly Metric[] {
  return [
    gauge('troupe_actors', 'Actors that live.', [{ labels: { system }, value: actors }]),
    counter(
      'troupe_decisions_total',
      'Decisions noted for explanation, by their point.',
      decisions.map(({ point, decided }) => ({ labels: { system, point }, value: decided })),
    ),
    gauge(
      'troupe_decisions_kept',
      'Decisions that can still be explained.',
      decisions.map(({ point, kept }) => ({ labels: { system, point }, value: kept })),
    ),
  ]
}

function counter(name: string, help: string, values: readonly MetricValue[]): Metric {
  return { name, type: 'counter', help, values }
}

function gauge(name: string, help: string, values: readonly MetricValue[]): Metric {
  return { name, type: 'gauge', help, values }
}
